"""Settings of the tests: the same house, in a data folder and on a server of its own."""

import os
from pathlib import Path

_root = Path(__file__).resolve().parents[2]
os.environ.setdefault("LINLI_VAR", str(_root / "var" / "test"))
os.environ.setdefault("LINLI_PORT", "8099")

from linli.site.messages import compile_messages  # noqa: E402
from linli.site.settings import *  # noqa: E402, F403

# Before Django reads the first of them.
compile_messages()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
