#!/bin/sh
# Whether this machine can build clipid: Node's version, and what compiles the native modules.
# Usage: check-machine.sh <least version of Node>
set -eu
least=$1

if ! command -v node >/dev/null 2>&1; then
  echo "clipid needs Node.js $least or newer, and there is none: see https://nodejs.org" >&2
  exit 1
fi
node -e '
  const numbers = (version) => version.split(".").map(Number);
  const [have, need] = [numbers(process.versions.node), numbers(process.argv[1])];
  const first = have.findIndex((value, i) => value !== need[i]);
  if (first >= 0 && have[first] < need[first]) {
    console.error(`clipid needs Node.js ${process.argv[1]} or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }' "$least"

missing=
for tool in python3 make g++; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing$missing, to compile native modules."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086  # several packages
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Missing:$missing, to compile native modules. On Debian and Ubuntu:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y$missing" >&2
  exit 1
fi
