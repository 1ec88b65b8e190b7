#!/usr/bin/env bash
# Build the front end into linli/ui/static/ui/build. Needs Node 20.19 or newer with npm.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v npm >/dev/null || ! node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)'; then
  echo "The front end needs Node 20.19 or newer with npm. Install it (https://nodejs.org or your system's packages) and start again."
  exit 1
fi
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --no-progress --loglevel=error
npm run --silent build -- --logLevel warn
