#!/usr/bin/env bash
# Asks real Go again for every case of golden.json. A new case is one more `{"template": …}` in one of its groups.
set -euo pipefail
cd "$(dirname "$0")"
new=$(TZ=UTC go run . < golden.json)
printf '%s\n' "$new" > golden.json
