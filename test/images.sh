#!/bin/bash
# images.sh OUT.tar: the test image flotilla.test/busybox:1 (busybox and bash, both static), made without a registry,
# as an archive for `docker load`. Needs Debian's busybox-static and bash-static.
set -eu
out=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work"/root/{bin,tmp,etc,root,proc,sys,dev} "$work/image"
chmod 1777 "$work/root/tmp"
busybox=$(command -v busybox)
cp "$busybox" "$work/root/bin/busybox"
cp "$(command -v bash-static)" "$work/root/bin/bash"
for applet in $("$busybox" --list); do
  [ "$applet" = busybox ] || ln -sf busybox "$work/root/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\n' > "$work/root/etc/passwd"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work/root" -cf "$work/image/layer.tar" .

digest=$(sha256sum "$work/image/layer.tar" | cut -d ' ' -f 1)
cat > "$work/image/config.json" <<JSON
{"architecture": "amd64", "os": "linux", "created": "1970-01-01T00:00:00Z",
 "config": {"Env": ["PATH=/bin"], "Cmd": ["/bin/sh"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}, "history": [{"created": "1970-01-01T00:00:00Z"}]}
JSON
echo '[{"Config": "config.json", "RepoTags": ["flotilla.test/busybox:1"], "Layers": ["layer.tar"]}]' > "$work/image/manifest.json"
tar --sort=name --mtime=@0 -C "$work/image" -cf "$out" manifest.json config.json layer.tar
