"""What a pack declares reaches its rooms, whole or not at all; what goes wrong is said with the place."""

import sys
from pathlib import Path

import pytest
from django.db import connection

from linli.accounts.declarations import Post
from linli.accounts.registry import posts
from linli.packs.declaration import Pack
from linli.packs.discovery import pack_modules
from linli.packs.reading import QueryWhileLoading, no_queries, read
from linli.packs.registry import Failure, packs
from linli.packs.testing import installed
from linli.registers.declarations import AssetType
from linli.registers.registry import asset_types


def a_pack(key="wells", **parts):
    return Pack(key=key, label="Wells", summary="Every well has water.", sources=("Well Rules",), **parts)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Writes a pack's files under a name of its own and gives the dotted name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(key: str, source: str) -> str:
        (tmp_path / key).mkdir()
        (tmp_path / key / "__init__.py").touch()
        (tmp_path / key / "pack.py").write_text(source, "utf-8")
        return key

    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] in {p.name for p in tmp_path.iterdir()}]:
        del sys.modules[name]


def test_a_specimen_is_there_inside_the_block_only():
    specimen = a_pack(
        posts=(Post(key="well_keeper", label="keeper"),), asset_types=(AssetType(key="wells.well", label="well"),)
    )
    with installed(specimen):
        assert "well_keeper" in posts and "wells.well" in asset_types and "wells" in packs
    assert "well_keeper" not in posts and "wells.well" not in asset_types and "wells" not in packs


def test_after_the_start_nothing_comes_in():
    with pytest.raises(ValueError, match="comes after the start"):
        posts.install([Post(key="latecomer", label="late")])


def test_a_key_without_the_prefix_keeps_the_whole_pack_out():
    specimen = a_pack(
        posts=(Post(key="well_keeper", label="keeper"),), asset_types=(AssetType(key="ponds.pond", label="pond"),)
    )
    with pytest.raises(ValueError, match=r"«ponds\.pond» must begin with «wells\.»"), installed(specimen):
        pass
    assert "well_keeper" not in posts


def test_a_post_declared_twice_keeps_the_second_pack_out():
    first = a_pack(posts=(Post(key="keeper", label="keeper"),))
    second = a_pack("ponds", posts=(Post(key="keeper", label="keeper"),))
    with installed(first), pytest.raises(ValueError, match="the post «keeper» is declared twice"), installed(second):
        pass


def test_a_misspelt_argument_names_the_line(folder):
    failure = read(folder("wrong_word", "from linli.packs.declaration import Pack\n\npack = Pack(keyy='wrong_word')\n"))
    assert isinstance(failure, Failure) and failure.id == "packs.E001"
    assert "unexpected keyword argument 'keyy'" in failure.what and "(pack.py, line 3)" in failure.what
    assert "LINLI_PACKS_OFF=wrong_word" in failure.hint


def test_a_syntax_error_names_the_line(folder):
    failure = read(folder("wrong_syntax", "pack = (\n"))
    assert failure.id == "packs.E001" and "pack.py, line 1" in failure.what


def test_a_pack_with_another_name_than_its_folder_stays_out(folder):
    source = "from linli.packs.declaration import Pack\npack = Pack(key='pond', label='', summary='', sources=())\n"
    failure = read(folder("ponds", source))
    assert failure.id == "packs.E002" and "«ponds»" in failure.what and "«pond»" in failure.what


def test_a_declaration_that_asks_the_database_stays_out(folder, db):
    source = "from linli.accounts.models import User\nnames = list(User.objects.all())\n"
    failure = read(folder("asks", source))
    assert failure.id == "packs.E005" and "(pack.py, line 2)" in failure.what


def test_no_query_runs_inside_the_guard(db):
    with pytest.raises(QueryWhileLoading), no_queries(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_switched_off_packs_are_not_discovered(monkeypatch):
    before = pack_modules()
    keys = [module.rpartition(".")[2] for module in before]
    monkeypatch.setenv("LINLI_PACKS_OFF", ",".join(keys))
    assert pack_modules() == []


def test_discovery_imports_no_pack():
    import subprocess

    code = (
        "import sys; from linli.packs.discovery import pack_modules as f; f();"
        "print([n for n in sys.modules if n.startswith(('linli.domains.', 'django'))])"
    )
    root = Path(__file__).resolve().parents[3]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
