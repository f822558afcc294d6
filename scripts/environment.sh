#!/usr/bin/env bash
# The Python environment in .venv, exactly as requirements.lock says. Quick when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
uv_version=0.13.9
stamp=.venv/.lock-installed
fingerprint=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)

step() { printf '==> environment: %s\n' "$*"; }

if [ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ]; then
  step "ready"
  exit 0
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "khaithue needs Python 3.11 or newer; python3 here is $(python3 --version 2>&1)" >&2
  exit 1
}
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    step "installing python3-venv"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    echo "Python's venv module is missing: install the package python3-venv, then run this again" >&2
    exit 1
  fi
fi
if [ "$(.tools/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$uv_version" ]; then
  step "installing uv $uv_version"
  python3 -m venv --clear .tools
  .tools/bin/python -m pip install --quiet "uv==$uv_version"
fi
step "creating .venv with $(python3 --version)"
.tools/bin/uv venv --quiet --allow-existing --python "$(command -v python3)" .venv
step "installing $(grep -c '^[a-z].*==' requirements.lock) locked packages"
.tools/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock
.tools/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
printf '%s' "$fingerprint" > "$stamp"
step "ready"
