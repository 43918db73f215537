#!/bin/sh
# Writes the configuration of one server. SHARD is its number, from 0 on, and SHARDS is how many there are:
#
#   SHARD=0 SHARDS=2 ./render.sh >/etc/prometheus/prometheus.yml
set -eu

die() {
  printf 'render: %s\n' "$1" >&2
  exit 1
}

# With a 0 before it, or greater than any, a number would match no service, and nothing would be scraped.
is_number() {
  case $1 in
    0) ;;
    '' | 0* | *[!0-9]* | ??????*) return 1 ;;
  esac
}

is_number "${SHARDS:-}" && [ "$SHARDS" -gt 0 ] || die 'SHARDS must be the number of servers, from 1 on.'
is_number "${SHARD:-}" && [ "$SHARD" -lt "$SHARDS" ] || die "SHARD must be this server's number, from 0 to $((SHARDS - 1))."

exec sed -e '/^ *#/!{' -e "s/\${SHARD}/$SHARD/g" -e "s/\${SHARDS}/$SHARDS/g" -e '}' "$(dirname "$0")/prometheus.yml"
