#!/usr/bin/env bash
# A Docker engine of our own for machines that have none running (a CI machine, a laptop without a daemon).
#
#   engine.sh start     start it, print its DOCKER_HOST
#   engine.sh stop      stop it (by its own pid); data stay
#   engine.sh remove    stop it and delete its data
#
# It keeps apart from any other engine: own data, own socket, no firewall rules, no default bridge.
# Exit code 3: it cannot run here; the reason is on stderr.
set -euo pipefail
umask 077

state="${GATEWAY_ENGINE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/payment-gateway/engine}"
socket="$state/docker.sock"
pid_file="$state/dockerd.pid"

refuse() { echo "$1" >&2; exit 3; }

running() { [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; }

start() {
  [ "$(uname -s)" = Linux ] || refuse "an engine of our own needs Linux"
  [ "$(id -u)" -eq 0 ] || refuse "an engine of our own needs root, and no other engine answers"
  for program in dockerd docker docker-compose mmdebstrap iptables; do
    command -v "$program" >/dev/null || refuse "$program is not installed (see deploy/offline/install.sh)"
  done
  mkdir -p "$state/run"
  running || launch
  echo "DOCKER_HOST=unix://$socket"
}

launch() {
  # Build steps and containers share this machine's network rules, so the engine writes none.
  dockerd --data-root "$state/data" --exec-root "$state/run" --pidfile "$pid_file" -H "unix://$socket" \
    --iptables=false --ip6tables=false --bridge=none --host-gateway-ip=127.0.0.1 \
    --storage-driver="${GATEWAY_ENGINE_STORAGE:-overlay2}" --default-ulimit nofile=4096:4096 \
    --oom-score-adjust 0 >"$state/log" 2>&1 </dev/null &
  local child=$!
  for _ in $(seq 150); do
    if DOCKER_HOST="unix://$socket" docker info >/dev/null 2>&1; then disown "$child"; return; fi
    kill -0 "$child" 2>/dev/null || refuse "dockerd ended: $(grep -E 'failed|level=(error|fatal)' "$state/log" | tail -1)"
    sleep 0.2
  done
  kill "$child"
  refuse "dockerd did not answer within 30 s; its log is $state/log"
}

stop() {
  running || return 0
  local pid
  pid="$(cat "$pid_file")"
  kill "$pid"
  for _ in $(seq 150); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.2; done
  kill -9 "$pid"
}

# An engine that failed in its start leaves mounts behind.
remove() {
  stop
  local mount
  awk -v folder="$state/" 'index($5 "/", folder) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    while read -r mount; do umount -l "$mount"; done
  rm -rf "$state"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  remove) remove ;;
  *) sed -n '2,9p' "$0" >&2; exit 2 ;;
esac
