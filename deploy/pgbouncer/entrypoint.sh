#!/bin/sh
# Write the configuration from the environment into /tmp, the one place that can be written, and run.
# UPSTREAM_HOST, UPSTREAM_PORT, UPSTREAM_USER, UPSTREAM_PASSWORD, UPSTREAM_DATABASE; POOL_SIZE, MAX_CLIENTS.
set -eu
umask 077
printf '"%s" "%s"\n' "$UPSTREAM_USER" "$UPSTREAM_PASSWORD" >/tmp/users.txt
cat >/tmp/pgbouncer.ini <<INI
[databases]
${UPSTREAM_DATABASE} = host=${UPSTREAM_HOST} port=${UPSTREAM_PORT:-5432} dbname=${UPSTREAM_DATABASE}
[pgbouncer]
listen_addr = *
listen_port = 6432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = /tmp/users.txt
pool_mode = transaction
default_pool_size = ${POOL_SIZE:-20}
max_client_conn = ${MAX_CLIENTS:-2000}
server_connect_timeout = 5
log_connections = 0
log_disconnections = 0
# What a libpq client sends at its start and a pooler cannot keep.
ignore_startup_parameters = extra_float_digits,options
INI
exec pgbouncer /tmp/pgbouncer.ini
