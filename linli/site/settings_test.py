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

# The smallest whole pack; a test that wants it installed asks for the fixture `specimen`.
INSTALLED_APPS = [*INSTALLED_APPS[:-1], "tests.specimen_pack", INSTALLED_APPS[-1]]  # noqa: F405
PASSWORD_HASHERS = ["linli.accounts.tests.hashing.QuickArgon2"]
