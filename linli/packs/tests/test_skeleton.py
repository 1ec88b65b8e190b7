"""`linli packs new` writes a pack that starts and whose own tests pass; a house without a pack starts too."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from linli.packs.discovery import pack_modules
from linli.packs.skeleton import BadName, PackThere, write

ROOT = Path(__file__).resolve().parents[3]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "var", "build", "node_modules")


@pytest.fixture
def copy():
    """The house's own files in a folder of their own, with a data folder of their own.

    Not below pytest's folder: that is closed to other users when the next run begins, also to PostgreSQL's.
    """
    with tempfile.TemporaryDirectory(prefix="linli-copy-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for part in ("linli", "tests", "demo", "programmes"):
            shutil.copytree(ROOT / part, folder / part, ignore=LEFT_OUT)
        for part in ("conftest.py", "pyproject.toml"):
            shutil.copy(ROOT / part, folder / part)
        yield folder


def run(folder, *words, **environment):
    drop = ("DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "LINLI_PACKS_OFF")
    kept = {name: value for name, value in os.environ.items() if name not in drop}
    variables = {"LINLI_VAR": str(folder / "var" / "test"), "PYTHONPATH": str(folder), **environment}
    return subprocess.run([sys.executable, *words], cwd=folder, env=kept | variables, capture_output=True, text=True)


def test_the_new_pack_starts_and_its_own_tests_pass(copy):
    made = run(copy, "-m", "linli.site.cli", "packs", "new", "wells", "--zh", "水井", "--word", "井")
    assert made.returncode == 0, made.stderr
    own = ("linli/domains/wells", "linli/site/tests/test_start.py", "tests/test_messages.py")
    tests = run(copy, "-m", "pytest", "-q", "-n0", "-k", "wells or start", *own)
    assert tests.returncode == 0 and " passed" in tests.stdout, tests.stdout[-3000:]
    cost = run(copy, "-m", "linli.site.cli", "packs", "cost", "wells")
    assert cost.returncode == 0 and "names it" not in cost.stderr, cost.stdout + cost.stderr


@pytest.mark.parametrize("name", ["Wells", "2wells", "we-lls", "class", "w", ""])
def test_a_name_that_python_or_keys_cannot_bear(tmp_path, name):
    with pytest.raises(BadName):
        write(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "wells").mkdir()
    with pytest.raises(PackThere):
        write("wells", tmp_path)
    assert list((tmp_path / "wells").iterdir()) == []


WITHOUT = """
import django
django.setup()
from django.core.checks import ERROR, run_checks
from django.urls import get_resolver
from linli.packs.registry import failures, packs
from linli.ui.registry import lists
errors = [str(fault) for fault in run_checks() if fault.level >= ERROR]
assert not errors and not failures.all(), errors
assert "{key}" not in packs
assert get_resolver().url_patterns
print(len([str(spec.rows().query) for spec in lists]), "lists")
"""


@pytest.mark.parametrize("key", [module.rpartition(".")[2] for module in pack_modules()])
def test_the_house_starts_without_each_pack(key, tmp_path):
    done = run(ROOT, "-c", WITHOUT.format(key=key), LINLI_PACKS_OFF=key, LINLI_VAR=str(tmp_path),
               DJANGO_SETTINGS_MODULE="linli.site.settings_test")  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
