"""The shape of the house: sizes of files, functions and templates; what may not stand in the repository."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    if name
]
SOURCES = [path for path in TRACKED if path.suffix in (".py", ".ts", ".css") and "migrations" not in path.parts]
PYTHON = [path for path in SOURCES if path.suffix == ".py"]


def test_no_file_is_over_500_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}


def test_the_median_file_is_small():
    sizes = sorted(len(path.read_text("utf-8").splitlines()) for path in PYTHON if path.name != "__init__.py")
    assert sizes[len(sizes) // 2] <= 150


def test_no_function_is_over_60_lines():
    long = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 60:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}")
    assert long == []


def test_no_template_is_over_200_lines():
    long = [
        str(path.relative_to(ROOT))
        for path in TRACKED
        if path.suffix == ".html" and "templates" in path.parts and len(path.read_text("utf-8").splitlines()) > 200
    ]
    assert long == []


def test_packages_run_nothing_when_imported():
    full = [
        str(path.relative_to(ROOT))
        for path in TRACKED
        if path.name == "__init__.py" and path.parts[len(ROOT.parts)] == "linli" and path.read_text("utf-8").strip()
    ]
    assert full == []


def test_lock_files_name_no_host():
    for path in TRACKED:
        if path.name in ("requirements.txt", "requirements-dev.txt", "package-lock.json"):
            hosts = re.findall(r'"resolved"|--index-url|--extra-index-url|registry\.[a-z]+', path.read_text("utf-8"))
            assert hosts == [], path.name


def test_public_functions_say_what_they_do():
    bare = []
    for path in PYTHON:
        if "tests" in path.parts or path.name.startswith("test_") or path.name == "conftest.py":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        if tree.body and ast.get_docstring(tree) is None:
            bare.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_"
            if public and ast.get_docstring(node) is None:
                bare.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert bare == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "NotImplementedError"])
def test_nothing_is_left_open(word):
    left = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if path != Path(__file__) and re.search(rf"\b{word}\b", path.read_text("utf-8"))
    ]
    assert left == []
