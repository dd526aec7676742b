#!/usr/bin/env bash
# What `make test-containers` needs on a Debian or Ubuntu machine without Docker. Exit code 3: not possible here.
set -euo pipefail

missing=()
have() { command -v "$1" >/dev/null 2>&1; }
have dockerd && have docker || missing+=(docker.io)
have docker-compose || docker compose version >/dev/null 2>&1 || missing+=(docker-compose)
have mmdebstrap || missing+=(mmdebstrap)
have iptables || missing+=(iptables)
[ "${#missing[@]}" -gt 0 ] || exit 0

have apt-get || { echo "missing: ${missing[*]}; install them by hand" >&2; exit 3; }
[ "$(id -u)" -eq 0 ] || { echo "missing: ${missing[*]}; run: sudo apt-get install ${missing[*]}" >&2; exit 3; }
export DEBIAN_FRONTEND=noninteractive
# Installing must not start anything; the engine is started by engine.sh.
policy=/usr/sbin/policy-rc.d
made_policy=false
if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; made_policy=true; fi
trap '[ "$made_policy" = false ] || rm -f "$policy"' EXIT
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } </dev/null >/dev/null ||
  { echo "apt-get could not install ${missing[*]}" >&2; exit 3; }
