#!/bin/sh
# Whether this machine can start the Kafka brokers of the tests: Java, and Maven, which downloads them
# once. Nothing is needed where KAFKA_BROKERS names running ones.
# Usage: check-kafka.sh <least version of Java>
set -eu
least=$1

[ -n "${KAFKA_BROKERS:-}" ] && exit 0

# `java -version` says: openjdk version "17.0.15" 2025-04-15; before Java 9 it was "1.8.0_402".
java_version() {
  java -version 2>&1 | sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1
}

missing=
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
command -v mvn >/dev/null 2>&1 || missing="$missing maven"

if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing, for the Kafka brokers of the tests."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086  # several packages
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "Missing:$missing, for the Kafka brokers of the tests. On Debian and Ubuntu:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y$missing" >&2
    echo "Or name running brokers: KAFKA_BROKERS=host:port,... make test" >&2
    exit 1
  fi
fi

have=$(java_version)
if [ "${have:-0}" -lt "$least" ]; then
  echo "The Kafka brokers of the tests need Java $least or newer; this is Java ${have:-unknown}." >&2
  echo "Let JAVA_HOME and PATH name a newer one, or KAFKA_BROKERS running brokers." >&2
  exit 1
fi
