"""Every vector beside this file, and the whole set where it lies beside the checkout."""

import json
import os
from pathlib import Path

import pytest

from linli.signals.gateways.cap import vectors

OWN = Path(__file__).parent / "vectors"
SHARED = Path(os.environ.get("LINLI_SHARED") or Path(vectors.__file__).parents[5] / "shared") / "data/vectors/cap"
FOLDER = SHARED if (SHARED / "expect.json").exists() else OWN
EXPECTED = {one["file"]: one["expect"] for one in json.loads((FOLDER / "expect.json").read_text("utf-8"))["vectors"]}
ANSWERS = {one["id"]: one for one in vectors.answer_vectors(FOLDER / "expect.json")}


def _difference(expected, answer, path=""):
    if isinstance(expected, dict):
        return [
            line for key in expected for line in _difference(expected[key], (answer or {}).get(key), f"{path}.{key}")
        ]
    if isinstance(expected, list) and isinstance(answer, list) and len(expected) == len(answer):
        pairs = zip(expected, answer, strict=True)
        return [
            line for place, (left, right) in enumerate(pairs) for line in _difference(left, right, f"{path}[{place}]")
        ]
    return [] if expected == answer else [f"{path}: {expected!r}, got {answer!r}"]


@pytest.mark.parametrize("name", EXPECTED)
def test_vector(name):
    expected = dict(EXPECTED[name])
    # Words about the vector; the findings and the signature's reasons have a list of their own.
    finding, repair = expected.pop("finding", None), expected.pop("repair", None)
    expected.pop("signature_reason", None)
    assert not _difference(expected, ANSWERS[name])
    assert {finding, repair} - {None} <= set(ANSWERS[name].get("findings", ()))


def test_names_and_audiences_of_the_dialect_are_not_read():
    text = json.dumps(ANSWERS["cnx-gale-blue.xml"], ensure_ascii=False)
    assert "某某" not in text
    assert "00000000-0000" not in text


def test_the_command_needs_no_house(tmp_path):
    import subprocess
    import sys

    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    words = [
        sys.executable,
        "-m",
        "linli.site.cli",
        "signals",
        "decode",
        "cap",
        "--vectors",
        str(FOLDER / "expect.json"),
    ]
    done = subprocess.run(words, capture_output=True, text=True, env=environment | {"LINLI_VAR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == list(EXPECTED)
