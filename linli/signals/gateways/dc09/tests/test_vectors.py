"""Every vector: ours from the package, the whole set where it lies beside the checkout."""

import json
import os
from pathlib import Path

import pytest

from linli.signals.gateways.dc09 import vectors

HERE = Path(vectors.__file__).parent
FIELDS = [
    *("verdict", "reply", "token", "encrypted", "seq", "receiver", "line", "account", "crc_ok", "length_ok"),
    *("timestamp_utc", "deviations", "data", "xdata", "text_blocks", "age_seconds"),
]


def _all() -> list[dict]:
    shared = Path(os.environ.get("LINLI_SHARED") or HERE.parents[4] / "shared")
    whole = shared / "data" / "vectors" / "dc09.json"
    return json.loads((whole if whole.exists() else HERE / "vectors" / "frames.json").read_text("utf-8"))


VECTORS = {vector["id"]: vector for vector in _all()}


def _differences(expect: dict, answer: dict) -> list[str]:
    found = [
        f"{name}: {expect[name]!r}, got {answer.get(name)!r}"
        for name in FIELDS
        if name in expect and expect[name] != answer.get(name) and expect.get("error") != "header"
    ]
    if "events" in expect:
        events = answer["events"]
        wrong = len(events) != len(expect["events"]) or any(
            want.items() - got.items() for want, got in zip(expect["events"], events, strict=False)
        )
        found += [f"events: {expect['events']}, got {events}"] if wrong else []
    return found


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name):
    vector = VECTORS[name]
    assert not _differences(vector["expect"], vectors.answer_vector(vector))


@pytest.mark.parametrize("name", VECTORS)
def test_strict_profile(name):
    expect = VECTORS[name]["expect"]
    answer = vectors.answer_vector(VECTORS[name], profile="strict")
    assert answer["verdict"] == expect.get("strict_verdict", expect["verdict"])
    assert answer["reply"] == expect.get("strict_reply", expect["reply"])


def test_the_package_brings_vectors_whose_licence_allows_it():
    ours = json.loads((HERE / "vectors" / "frames.json").read_text("utf-8"))
    assert len(ours) >= 30
    assert all("issue thread" not in vector["source"] and "repository name" not in vector["source"] for vector in ours)


def test_answers_come_one_a_vector_in_the_order_of_the_file():
    path = HERE / "vectors" / "frames.json"
    answers = list(vectors.answer_vectors(path))
    assert [row["id"] for row in answers] == [row["id"] for row in json.loads(path.read_text("utf-8"))]
    json.dumps(answers)


def test_a_stream_of_hex_gives_one_row_for_each_message():
    rows = list(
        vectors.answer_hex("00".join(VECTORS[name]["hex"] for name in ("std-sia-fire", "siadc09-mac")) + "0a41")
    )
    assert [row["verdict"] for row in rows] == ["accept", "accept", "incomplete"]
