#!/bin/bash
# images.sh OUT.tar: two images made without a registry, as an archive for `docker load` and `ctr images import`:
#   flotilla.test/busybox:1, the tests' own (busybox and bash, both static), and flotilla.test/pause:1, which holds a pod's
#   namespaces open. Needs Debian's busybox-static and bash-static.
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
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' > "$work/root/etc/passwd"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work/root" -cf "$work/image/layer.tar" .

digest=$(sha256sum "$work/image/layer.tar" | cut -d ' ' -f 1)
configure() { # NAME COMMAND
  cat > "$work/image/$1.json" << JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "created": "1970-01-01T00:00:00Z",
 "config": {"Env": ["PATH=/bin"], "Cmd": $2},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}, "history": [{"created": "1970-01-01T00:00:00Z"}]}
JSON
}
configure busybox '["/bin/sh"]'
configure pause '["/bin/sleep", "2147483647"]'
cat > "$work/image/manifest.json" << JSON
[{"Config": "busybox.json", "RepoTags": ["flotilla.test/busybox:1"], "Layers": ["layer.tar"]},
 {"Config": "pause.json", "RepoTags": ["flotilla.test/pause:1"], "Layers": ["layer.tar"]}]
JSON
tar --sort=name --mtime=@0 -C "$work/image" -cf "$out" manifest.json busybox.json pause.json layer.tar
