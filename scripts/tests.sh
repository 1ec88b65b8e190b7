#!/usr/bin/env bash
# The tests of `make test`, after lint, types and contracts: everything but the long forms.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m pytest -q -n "${1:-2}" --dist loadgroup -m "not soak" --timeout 600
