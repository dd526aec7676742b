#!/usr/bin/env bash
# Stand-ins for the public base images, where no image registry can be reached.
#
# One Debian made by mmdebstrap carries the official names that the Dockerfiles and docker-compose.yml
# use. Postgres and Redis come from the Python packages of `make dev`, as `make setup` installed them.
# For tests only: never push them. An image that is already there (pulled or made) is left alone.
# Exit code 3: they cannot be made here; the reason is on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
release="$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

quietly() { local output; output="$("$@" 2>&1)" || { echo "$output" >&2; return 1; }; }

present() { docker image inspect "$1" >/dev/null 2>&1; }

# The first Debian mirror that this machine itself uses.
mirror() {
  grep -rhoE '^(URIs:|deb( \[[^]]*\])?) +https?://[^ ]*/debian/? ?' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
    grep -oE 'https?://[^ ]+' | head -1
}

# A Debian as small as Python and apt allow, from stdout. Unpacked in memory where there is room: most of its time
# would be spent on waiting for the disk.
debian() {
  local memory=/dev/shm
  [ "$(df --output=avail "$memory" 2>/dev/null | tail -1)" -gt 1500000 ] 2>/dev/null || memory="$work"
  TMPDIR="$memory" mmdebstrap --quiet --variant=apt --include=python3,python3-venv,ca-certificates \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --customize-hook='ln -s python3 "$1/usr/bin/python"' \
    --customize-hook='cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"' \
    "$release" - "$(mirror)"
  # (A machine behind a proxy with an authority of its own trusts it in builds, too.)
}

# The one Debian under another name.
name() {
  present debian-stand-in || make_debian
  present "$1" || docker tag debian-stand-in "$1"
}

make_debian() {
  debian >"$work/debian.tar" 2>"$work/log" || { tail -5 "$work/log" >&2; echo "mmdebstrap failed" >&2; exit 3; }
  docker import --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
    --change 'CMD ["python3"]' "$work/debian.tar" debian-stand-in >/dev/null
  rm "$work/debian.tar"
}

# Build $1 from the Dockerfile $2 of this folder, with this folder's files and those that $3 puts into the context.
stand_in() {
  present "$1" && return
  local context="$work/$2"
  mkdir "$context"
  cp "$here"/{postgres.sh,redis-cli} "$context"
  "$3" "$context"
  quietly docker build -q --network host -t "$1" -f "$here/$2" "$context"
}

node_files() {
  command -v node >/dev/null || { echo "node is not installed on this machine: its image cannot be made" >&2; exit 3; }
  cp -L "$(command -v node)" "$1/node"
  cp -r "$(npm root -g)/npm" "$1/npm"
}

# Where `make setup` put a Python package's folder.
package() { "$root/.venv/bin/python" -c "from dev.binaries import $1; print($1())"; }

postgres_files() {
  local binaries
  binaries="$(cd "$root" && package postgres_binaries)"
  cp -rL "$(dirname "$(dirname "$binaries")")"{,.libs} "$1"
}

redis_files() { cp -L "$(cd "$root" && package redis_binary)" "$1/redis-server"; }

# The names are read from the files that use them, so that they cannot drift.
default_of() { sed -nE "s/^ARG $1=(.+)/\1/p" "$root/$2" | head -1; }
image_of() { sed -nE "s/^ *image: \\\$\{$1:-(.+)\}/\1/p" "$root/docker-compose.yml" | head -1; }

export DOCKER_BUILDKIT=0 # no plugin is needed for these few steps
name "$(default_of PYTHON_IMAGE functions/Dockerfile)"
name "$(default_of DEBIAN_IMAGE deploy/pgbouncer/Dockerfile)"
stand_in "$(default_of NODE_IMAGE web/Dockerfile)" node.Dockerfile node_files
stand_in "$(image_of POSTGRES_IMAGE)" postgres.Dockerfile postgres_files
stand_in "$(image_of REDIS_IMAGE)" redis.Dockerfile redis_files
