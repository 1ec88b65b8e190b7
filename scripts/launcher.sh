#!/usr/bin/env bash
# Write the `linli` command of this checkout to the path given.
set -euo pipefail
cat > "$1" <<'LAUNCHER'
#!/usr/bin/env bash
# The linli command of the checkout this virtual environment lies in.
bin=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -L)
root=$(cd -L "$bin/../.." && pwd -L)
export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
exec "$bin/python" -m linli.site.cli "$@"
LAUNCHER
chmod +x "$1"
