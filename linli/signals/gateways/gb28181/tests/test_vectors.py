"""Every vector, every field of its expectation: the public captures beside the checkout, and those kept here."""

import json
import os
from pathlib import Path

import pytest

from linli.signals.gateways.gb28181 import digest, identifiers
from linli.signals.gateways.gb28181.vectors import answer_vector, answer_vectors

HERE = Path(__file__).resolve().parents[1] / "vectors" / "messages.json"
CHECKOUT = Path(__file__).resolve().parents[5]
SHARED = Path(os.environ.get("LINLI_SHARED", CHECKOUT.parent / "shared")) / "data/vectors/gb28181.json"


def messages(path):
    return json.loads(path.read_text("utf-8"))["messages"] if path.exists() else []


def differs(expected, actual, path=""):
    """The first difference; what is expected must be there, more may be."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return f"{path}: {actual!r}"
        return next(
            (found for key, value in expected.items() if (found := differs(value, actual.get(key), f"{path}.{key}"))),
            "",
        )
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return f"{path}: {actual!r}"
        pairs = zip(expected, actual, strict=True)
        return next((found for number, pair in enumerate(pairs) if (found := differs(*pair, f"{path}[{number}]"))), "")
    return "" if expected == actual else f"{path}: expected {expected!r}, found {actual!r}"


@pytest.mark.parametrize("vector", [*messages(HERE), *messages(SHARED)], ids=lambda vector: vector["id"])
def test_a_message_says_what_its_vector_says(vector):
    expected = dict(vector["expect"])
    answer = answer_vector(vector)
    repairs = expected.pop("repairs", None)
    assert repairs is None or set(repairs) == set(answer["repairs"])
    assert differs(expected, answer) == ""


def test_there_are_vectors_here():
    assert len(messages(HERE)) >= 33


def test_a_file_of_vectors_is_answered_in_its_order():
    assert [row["id"] for row in answer_vectors(HERE)] == [vector["id"] for vector in messages(HERE)]


@pytest.mark.skipif(not SHARED.exists(), reason="the public captures are not beside this checkout")
def test_digests_of_captures_and_rfcs_are_told_right_from_wrong():
    for vector in json.loads(SHARED.read_text("utf-8"))["digests"]:
        said = digest.Credentials(
            vector["username"], vector["realm"], vector["nonce"], vector["uri"], vector["response"],
            vector["algorithm"], vector["qop"] or "", vector["nc"] or "", vector["cnonce"] or "",
        )  # fmt: skip
        assert digest.fits(said, vector["password"], vector["method"]) is vector["valid"], vector["id"]


@pytest.mark.skipif(not SHARED.exists(), reason="the public captures are not beside this checkout")
def test_device_numbers_are_read_by_annex_e():
    for vector in json.loads(SHARED.read_text("utf-8"))["device_ids"]:
        assert (
            identifiers.as_json(vector["code"]) == vector["expect"]
            if "expect" in vector
            else vector["error"] == (identifiers.as_json(vector["code"])["error"])
        ), vector["code"]
