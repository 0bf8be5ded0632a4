#!/bin/sh
# supervise.sh DIR LAUNCHER SCRIPT BELL: runs one attempt of the process driver and leaves its exit code in DIR/exit. Touches
# BELL when that has begun and when it is over.
# It outlives the worker that started it. DIR/claim can be made only once: by one supervisor, or by a stop that came first.
mkdir "$1/claim" 2>/dev/null || exit 0
if [ -r /proc/self/stat ]; then
  birth="$(cat /proc/sys/kernel/random/boot_id) $(cut -d ' ' -f 22 "/proc/$$/stat")"
else
  birth=$(ps -o lstart= -p $$)
fi
echo "$$ $birth" > "$1/pid.tmp" && mv "$1/pid.tmp" "$1/pid" || exit 1
[ ! -e "$1/stopped" ] || exit 0
: > "$4"

interrupted=
trap 'interrupted=yes' TERM INT HUP
cd "$1/work" || exit 1
( . "$1/env" && exec /bin/sh -c "$2" "$3" ) > "$1/out.log" 2>&1 < /dev/null &
command=$!
wait $command
code=$?
# A signal to the group ends the wait, not yet the command: wait on for its own exit code.
while [ -n "$interrupted" ]; do
  interrupted=
  wait $command
  again=$?
  [ $again = 127 ] || code=$again
done

rm -f "$1/env" "$1"/env.*
echo $code > "$1/exit.tmp" && mv "$1/exit.tmp" "$1/exit"
: > "$4"
# As in a container, what the command left behind ends with it.
kill -KILL 0
