#!/bin/sh
# Delete events older than DAYS days with their deliveries and attempts, after writing them into FOLDER (if given).
#   DATABASE_URL=postgresql://… deploy/retention.sh DAYS [FOLDER]
# 10,000 events at a time, each batch in a transaction of its own: it may be stopped at any moment and run again.
# A batch that was stopped between its files and its commit is written twice, never lost.
set -eu
days="$1" folder="${2:-}"
script="$(dirname "$0")/sql/delete_old_events.sql"
if [ -n "$folder" ]; then set -- -v folder="$folder"; mkdir -p "$folder"; else set --; fi
# One moment for the whole run: events grow old meanwhile, and the end would never come.
before="$(echo "SELECT now() - make_interval(days => :days)" | psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -v days="$days" "$DATABASE_URL")"
while true; do
  said="$(psql --no-psqlrc -q -v before="$before" "$@" -f "$script" "$DATABASE_URL")"
  echo "$said"
  case "$said" in *"removed 0"*) exit 0 ;; esac
done
