#!/usr/bin/env bash
# Installs what requirements.lock, jgo.lock.toml and package-lock.json name, all below this folder. Called by make; safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."
started=$SECONDS
say() { printf '%s  (%d s)\n' "$1" $((SECONDS - started)); }

# A Python that is new enough and can make virtual environments.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3; do
    if [[ -n $candidate ]] && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Fieldbell needs Python 3.11 or newer with venv (on Debian: python3-venv). Set PYTHON=/path/to/python where it has another name." >&2
  exit 1
}

# The lock's own lines for one package, hashes included.
locked() { awk -v start="^$1==" '$0 ~ start {on = 1} on {print} on && !/\\$/ {exit}' requirements.lock; }

if ! .venv/bin/python -c 'import pip' 2>/dev/null || [[ $(cat .venv/.path 2>/dev/null) != "$PWD" ]]; then
  say "Set-up 1/4: Python environment in .venv"
  python=$(find_python)
  rm -rf .venv
  "$python" -m venv .venv
  locked uv > .venv/uv.lock
  .venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.lock
  printf '%s' "$PWD" > .venv/.path
fi

say "Set-up 2/4: packages of requirements.lock, and ours"
uv() { .venv/bin/uv "$@" --python .venv/bin/python; }
uv pip sync --quiet --require-hashes requirements.lock
packages=(contracts/pyproject.toml services/*/pyproject.toml)
packages=("${packages[@]%/pyproject.toml}")
uv pip install --quiet --no-deps --no-build-isolation "${packages[@]/#/--editable=}"

say "Set-up 3/4: Apache Kafka's jars"
.venv/bin/python -m deploy.local.kafka.jars
ui=services/office-ui
if ! cmp -s $ui/package-lock.json $ui/node_modules/.installed; then
  say "Set-up 4/4: packages of the office UI"
  PATH="$PWD/.venv/bin:$PATH" npm --prefix $ui ci --silent --cache "$PWD/.fieldbell/cache/npm" --prefer-offline
  cp $ui/package-lock.json $ui/node_modules/.installed
fi
say "Set-up is done"
