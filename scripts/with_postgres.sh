#!/usr/bin/env bash
# Run a command with DATABASE_URL of a throw-away PostgreSQL cluster on a Unix socket; nothing stays behind.
set -euo pipefail
bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
home=$(mktemp -d /tmp/khaithue-pg.XXXXXX)

as_owner() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
stop() {
  as_owner "$bin/pg_ctl" --pgdata="$home/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop EXIT

[ "$(id -u)" != 0 ] || chown postgres "$home"
chmod 755 "$home"
as_owner "$bin/initdb" --pgdata="$home/data" --username=khaithue --auth=trust --encoding=UTF8 --no-sync >/dev/null
as_owner "$bin/pg_ctl" --pgdata="$home/data" --wait --silent --log="$home/log" \
  --options="-c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off" start >/dev/null
DATABASE_URL="postgresql://khaithue@/postgres?host=$(printf %s "$home" | sed 's|/|%2F|g')" "$@"
