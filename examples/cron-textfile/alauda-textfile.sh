#!/bin/sh
# Writes the metrics of your services on Alauda Cloud to where node_exporter's textfile collector reads them.
# Who: ALAUDA_USERNAME and ALAUDA_PASSWORD_FILE. Where to: TEXTFILE_DIRECTORY.
set -eu
directory=${TEXTFILE_DIRECTORY:-/var/lib/prometheus/node-exporter}

# Beside the file, so that renaming it is one step: node_exporter reads the old page or the new one, never half of one. It
# takes no notice of names that do not end in .prom.
page=$(mktemp "$directory/alauda.XXXXXX")
trap 'rm -f "$page"' EXIT
trap 'exit 1' HUP INT TERM

# The next one begins after a minute.
if exporter-http once --collect.timeout=50s >"$page"; then
  chmod 644 "$page"
  mv "$page" "$directory/alauda.prom"
else
  status=$?
  # Nothing could be read. The last page is shown as long as the exporter itself would show its values, and no longer.
  find "$directory" -name alauda.prom -mmin +5 -exec rm -f {} +
  exit "$status"
fi
