#!/bin/sh
# Whether this machine can build images, with `compose` also whether it can run compose files.
# Usage: check-docker.sh [compose]
set -eu

if ! command -v docker >/dev/null 2>&1; then
  echo "There is no docker on this machine: see https://docs.docker.com/engine/install" >&2
  exit 1
fi
if ! problem=$(docker info --format '{{.ServerVersion}}' 2>&1); then
  echo "docker is installed, but no engine answers:" >&2
  echo "$problem" | grep . >&2
  exit 1
fi
if [ "${1:-}" = compose ] && ! docker compose version >/dev/null 2>&1; then
  echo "docker has no compose plugin: see https://docs.docker.com/compose/install" >&2
  exit 1
fi
