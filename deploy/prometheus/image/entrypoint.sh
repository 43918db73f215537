#!/bin/sh
# Finds the exporter by the variables of a link (see README.md), writes Prometheus' configuration, checks it, and executes
# Prometheus. POSIX sh and busybox only: the official image has nothing else.
set -euf
export LC_ALL=C

die() {
  for line; do printf 'entrypoint: %s\n' "$line" >&2; done
  exit 1
}

# Never print values: a variable may contain a secret by mistake.
refuse() {
  die "the value of $variable is no address: it must be a host's name or address, and a port."
}

# The environment as it was given: names with a `-` are no variables of a shell, and `env` would not show them either.
# A line is a variable. A newline in a value becomes a byte 1, so that no value can pass for another variable.
environment=$(tr '\000\n' '\n\001' <"/proc/$$/environ") || die 'cannot read its own environment in /proc.'

# Leaves the value of the variable in $value: nothing when it is not set.
look_up() {
  value=$(printf '%s\n' "$environment" |
    awk -v name="$1=" '!found && index($0, name) == 1 { found = 1; print substr($0, length(name) + 1) }')
}

# Adds host:port to $found, once, or ends: anything but an address would become configuration.
add() {
  variable=$1 host=$2 number=$3
  case $host in
    \[*\]) host=${host#\[} host=${host%\]} ;;
  esac
  case $host in
    '' | -* | *[!A-Za-z0-9._:-]*) refuse ;;
    *:*[!0-9A-Fa-f:.]* | *[!0-9A-Fa-f:.]*:*) refuse ;;
    *:*) host="[$host]" ;;
  esac
  case $number in
    '' | 0* | *[!0-9]* | ??????*) refuse ;;
  esac
  [ "$number" -le 65535 ] || refuse
  case "$found " in
    *" $host:$number "*) ;;
    *) found="$found $host:$number" ;;
  esac
  is_linked=1
}

# host:port, with tcp:// before it or without.
add_pair() {
  variable=$1 pair=${2#tcp://}
  case ${pair%:*} in
    \[*\]) ;;
    # Without brackets the end of an address of IPv6 would pass for a port that was forgotten.
    *:*) refuse ;;
  esac
  case $pair in
    *:*) add "$1" "${pair%:*}" "${pair##*:}" ;;
    *) refuse ;;
  esac
}

# What the link says of this port of the other side, if it says anything.
add_port() {
  look_up "$1_PORT_$2_TCP_ADDR"
  address=$value
  if [ -n "$address" ]; then
    look_up "$1_PORT_$2_TCP_PORT"
    [ -n "$value" ] || die "$1_PORT_$2_TCP_ADDR is set, but $1_PORT_$2_TCP_PORT is not."
    add "$1_PORT_$2_TCP_ADDR or $1_PORT_$2_TCP_PORT" "$address" "$value"
  else
    look_up "$1_PORT_$2_TCP"
    if [ -n "$value" ]; then add_pair "$1_PORT_$2_TCP" "$value"; fi
  fi
}

lowest_port() {
  port=$(printf '%s\n' "$environment" | awk -v prefix="$1_PORT_" '
    index($0, prefix) == 1 {
      rest = substr($0, length(prefix) + 1)
      if (rest ~ /^[1-9][0-9]?[0-9]?[0-9]?[0-9]?_TCP(_ADDR)?=./) print rest + 0
    }' | sort -n | head -n 1)
}

# The wanted port; else the first one, by the link's own word; else the lowest. Sets $is_linked when there is one.
add_link() {
  is_linked=''
  add_port "$1" "$2"
  [ -z "$is_linked" ] || return 0
  look_up "$1_PORT"
  case $value in
    tcp://*) add_pair "$1_PORT" "$value" ;;
    *)
      lowest_port "$1"
      if [ -n "$port" ]; then add_port "$1" "$port"; fi
      ;;
  esac
}

# find_all NAME ALIASES PORT: takes the addresses in NAME_ADDRESS, or follows the links. Leaves " host:port …" in $found, and
# in $unlinked the capitals of the aliases without a link.
find_all() {
  found='' unlinked=''
  look_up "$1_ADDRESS"
  addresses=$value
  IFS=', '
  for pair in $addresses; do add_pair "$1_ADDRESS" "$pair"; done
  if [ -z "$addresses" ]; then
    for alias in $2; do
      case $alias in
        '' | *[!A-Za-z0-9._-]*) die "$1_ALIAS must be aliases of letters, digits, '.', '_' and '-', with commas between." ;;
      esac
      # The cloud keeps a `-`; Docker and Kubernetes have `_` in its place.
      capitals=$(printf '%s' "$alias" | tr 'a-z' 'A-Z')
      add_link "$capitals" "$3"
      [ -n "$is_linked" ] || add_link "$(printf '%s' "$capitals" | tr '-' '_')" "$3"
      [ -n "$is_linked" ] || unlinked="$unlinked $capitals"
    done
  fi
  unset IFS
}

targets() {
  for target in $1; do printf '%s- "%s"\n' "$2" "$target"; done
}

find_all EXPORTER "${EXPORTER_ALIAS:-serviceexporter}" 10104
exporters=$found
if [ -n "$unlinked" ] || [ -z "$exporters" ]; then
  [ -n "$unlinked" ] || unlinked=' <ALIAS>'
  printf 'entrypoint: no exporter is linked. Looked for these variables:\n' >&2
  printf 'entrypoint:   EXPORTER_ADDRESS\n' >&2
  for capitals in $unlinked; do
    printf "entrypoint:   $capitals%s\n" '_PORT_<port>_TCP_ADDR and _PORT' '_PORT_<port>_TCP' '_PORT' >&2
  done
  die 'Link the exporter to this service under the alias serviceexporter or what EXPORTER_ALIAS says, or set EXPORTER_ADDRESS.'
fi

find_all ALERTMANAGER "${ALERTMANAGER_ALIAS:-alertmanager}" 9093
alertmanagers=$found
if [ -n "${ALERTMANAGER_ALIAS:-}" ] && [ -n "$unlinked" ]; then die "no variables of a link begin with$unlinked."; fi

# The cloud measures once a minute: looking more often shows nothing more.
interval=${SCRAPE_INTERVAL:-60s}
case $interval in
  *[!0-9smh]*) die 'SCRAPE_INTERVAL must be a duration like 30s or 1m.' ;;
esac

config=${TMPDIR:-/tmp}/prometheus.yml
{
  cat <<END
# Written at the start of the container: changes are lost.
global:
  scrape_interval: $interval
  evaluation_interval: $interval
rule_files:
  - $(cd "$(dirname "$0")" && pwd)/rules/*.yml
scrape_configs:
  - job_name: alauda
    # Of the exporter's metrics only those of --metrics.article-names have a label \`instance\`: it stays as it is.
    honor_labels: true
    static_configs:
      - targets:
END
  targets "$exporters" '          '
  if [ -n "$alertmanagers" ]; then
    printf 'alerting:\n  alertmanagers:\n    - static_configs:\n        - targets:\n'
    targets "$alertmanagers" '            '
  fi
} >"$config" || die "cannot write $config."

said=$(promtool check config "$config" 2>&1) || die 'promtool refuses the configuration:' "$said"
printf 'entrypoint: exporters:%s; Alertmanagers:%s\n' "$exporters" "${alertmanagers:- none}" >&2

storage=--storage.tsdb.path=/prometheus
for argument; do
  case $argument in
    --storage.tsdb.path*) storage='' ;;
  esac
done
exec prometheus "--config.file=$config" ${storage:+"$storage"} "$@"
