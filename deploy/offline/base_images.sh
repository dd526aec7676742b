#!/usr/bin/env bash
# Stand-ins for the public base images, where no image registry can be reached.
#
# One Debian made by debootstrap carries the official names that the Dockerfiles and docker-compose.yml
# use. Postgres and Redis come from the same Python packages as `make dev`. For tests only: never push them.
# An image that is already there (pulled or made) is left alone.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
cache="${GATEWAY_BASE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/payment-gateway/base}"
release="$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")"
tarball="$cache/$release.tar"

quietly() { local output; output="$("$@" 2>&1)" || { echo "$output" >&2; return 1; }; }

present() { docker image inspect "$1" >/dev/null 2>&1; }

# The first Debian mirror that this machine itself uses.
mirror() {
  grep -rhoE '^(URIs:|deb( \[[^]]*\])?) +https?://[^ ]*/debian/? ?' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
    grep -oE 'https?://[^ ]+' | head -1
}

make_tarball() {
  [ -f "$tarball" ] && return
  local folder
  folder="$(mktemp -d)"
  trap 'rm -rf "$folder"' RETURN
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$release" "$folder" "$(mirror)" >"$folder.log" 2>&1 ||
    { tail -5 "$folder.log" >&2; exit 3; }
  rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/* "$folder"/usr/share/{doc,man,locale}/*
  ln -sf python3 "$folder/usr/bin/python"
  # A machine behind a proxy with an authority of its own trusts it in builds, too.
  cp -L /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"
  mkdir -p "$cache"
  tar -C "$folder" -c . >"$tarball.new"
  mv "$tarball.new" "$tarball"
  rm -f "$folder.log"
}

# The one Debian under another name.
name() {
  present debian-stand-in || docker import \
    --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' \
    --change 'CMD ["python3"]' "$tarball" debian-stand-in >/dev/null
  present "$1" || docker tag debian-stand-in "$1"
}

# Build $1 from the Dockerfile $2 with the files of this folder.
stand_in() { present "$1" || quietly docker build -q --network host -t "$1" -f "$here/$2" "$here"; }

node_image() {
  present "$1" && return
  command -v node >/dev/null || { echo "node is not installed on this machine: $1 cannot be made" >&2; exit 3; }
  local context modules
  context="$(mktemp -d)"
  trap 'rm -rf "$context"' RETURN
  modules="$(npm root -g)"
  mkdir -p "$context/npm"
  cp -L "$(command -v node)" "$context/node"
  cp -r "$modules/npm/." "$context/npm/"
  cp "$here/node.Dockerfile" "$context/Dockerfile"
  quietly docker build -q --network host -t "$1" "$context"
}

# The names are read from the files that use them, so that they cannot drift.
default_of() { sed -nE "s/^ARG $1=(.+)/\1/p" "$root/$2" | head -1; }
image_of() { sed -nE "s/^ *image: \\\$\{$1:-(.+)\}/\1/p" "$root/docker-compose.yml" | head -1; }

export DOCKER_BUILDKIT=0 # no plugin is needed for these few steps
make_tarball
name "$(default_of PYTHON_IMAGE functions/Dockerfile)"
name "$(default_of DEBIAN_IMAGE deploy/pgbouncer/Dockerfile)"
node_image "$(default_of NODE_IMAGE web/Dockerfile)"
stand_in "$(image_of POSTGRES_IMAGE)" postgres.Dockerfile
stand_in "$(image_of REDIS_IMAGE)" redis.Dockerfile
