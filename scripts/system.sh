#!/usr/bin/env bash
# The programs the tests drive. Installed with apt when we are root; otherwise the missing ones are named.
set -euo pipefail

missing=()
command -v xmlsec1 >/dev/null || missing+=(xmlsec1)
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
compgen -G '/usr/share/fonts/truetype/dejavu/*.ttf' >/dev/null || missing+=(fonts-dejavu-core)

if [ ${#missing[@]} = 0 ]; then
  echo "==> system: ready"
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "==> system: installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "The tests need programs that are not here: ${missing[*]}" >&2
  echo "Install them as root (apt-get install ${missing[*]}), then run make test again." >&2
  exit 1
fi
