#!/usr/bin/env bash
# The tests of `make test`, after lint, types and contracts: everything but the long forms.
# The journeys and the kills use whole houses: they run by themselves, in order.
set -euo pipefail
cd "$(dirname "$0")/.."
run() { .venv/bin/python -m pytest -q -m "not soak" --timeout 600 "$@"; }
run -n "${1:-2}" --dist loadgroup --ignore tests/journeys --ignore tests/kills
run -n0 tests/journeys tests/kills
