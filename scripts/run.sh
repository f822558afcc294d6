#!/usr/bin/env bash
# The demo site on 127.0.0.1: database, demo certificates and companies, mail sink, site. Ctrl-C stops it all.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-8000}
mail_port=$((port + 25))
portal=(.venv/bin/python -m khaithue.portal)
export KHAITHUE_DEMO=1 KHAITHUE_SANDBOX=${KHAITHUE_SANDBOX:-1} KHAITHUE_PORT=$port KHAITHUE_SMTP_PORT=$mail_port KHAITHUE_LOG_LEVEL=${KHAITHUE_LOG_LEVEL:-WARNING}
data=${KHAITHUE_DATA:-var}
mkdir -p "$data/log"

step() { printf '==> run: %s\n' "$*"; }
stop() {
  trap - EXIT INT TERM
  kill $(jobs -p) 2>/dev/null || true
  wait 2>/dev/null || true
}
trap stop EXIT
trap 'exit 0' INT TERM

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for each in "$port" "$mail_port"; do
  port_is_free "$each" || { echo "Port $each is in use: stop what uses it, or run make run PORT=9000" >&2; exit 1; }
done

step "database"
"${portal[@]}" migrate --verbosity 0
step "mail server for the demo"
"${portal[@]}" demo_smtp >"$data/log/smtp.log" 2>&1 &
step "demo companies, certificates and a filed return"
logins=$("${portal[@]}" demo)
step "site and its worker"
"${portal[@]}" serve >"$data/log/site.log" 2>&1 &
site=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 "$site" 2>/dev/null || { echo "The site did not start; see $data/log/site.log" >&2; exit 1; }
  sleep 0.2
done
printf '\n%s\n\n' "$logins"
printf 'khaithue is at http://127.0.0.1:%s/   (Ctrl-C stops it; logs in %s/log)\n' "$port" "$data"
wait "$site"
