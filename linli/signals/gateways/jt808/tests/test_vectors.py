"""Every vector: ours from the package, the whole set where it lies beside the checkout."""

import json
import os
from pathlib import Path

import pytest

from linli.signals.gateways.jt808 import vectors

HERE = Path(vectors.__file__).parent
FIELDS = ("verdict", "frame", "body", "body_hex", "reply", "deviations", "signals", "position_valid", "frames",
          "serials", "message_ids", "pending_bytes", "skipped_bytes", "unescaped")  # fmt: skip
SHARED = Path(os.environ.get("LINLI_SHARED") or HERE.parents[4] / "shared") / "data" / "vectors" / "jt808.json"
FILES = [path for path in (SHARED, *sorted((HERE / "vectors").glob("*.json"))) if path.exists()]


def differs(wanted, got, path):
    """The first difference between what is wanted and what came, None when all that is wanted is there."""
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            return f"{path}: wanted an object, got {got!r:.80}"
        return next((fault for key in wanted if (fault := differs(wanted[key], got.get(key), f"{path}.{key}"))), None)
    if isinstance(wanted, list):
        if not isinstance(got, list) or len(wanted) != len(got):
            return f"{path}: wanted {wanted!r:.120}, got {got!r:.120}"
        pairs = enumerate(zip(wanted, got, strict=True))
        return next((fault for at, (left, right) in pairs if (fault := differs(left, right, f"{path}[{at}]"))), None)
    if isinstance(wanted, str) and wanted.endswith("..."):
        return None if str(got).startswith(wanted[:-3]) else f"{path}: wanted {wanted!r:.80}, got {got!r:.80}"
    if isinstance(wanted, float):
        return None if got == pytest.approx(wanted, abs=1e-6) else f"{path}: wanted {wanted}, got {got}"
    return None if wanted == got else f"{path}: wanted {wanted!r:.120}, got {got!r:.120}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_vector_decodes_to_what_it_says(path):
    wanted = json.loads(path.read_text("utf-8"))
    answers = list(vectors.answer_vectors(path))
    assert [answer["id"] for answer in answers] == [vector["id"] for vector in wanted]
    faults = []
    for vector, answer in zip(wanted, answers, strict=True):
        expect = vector["expect"]
        faults += [
            f"{vector['id']}: {fault}"
            for field in FIELDS
            if field in expect
            and (field != "body_hex" or expect.get("store_body", True))
            and (fault := differs(expect[field], answer.get(field), field))
        ]
    assert faults == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_published_reply_is_ours_byte_for_byte(path):
    """The oracle of these replies is go-jt808; the one that refuses does so for its own code."""
    replies = {
        vector["id"]: (vector["expect"]["known_reply"], answer["reply"]["hex_with_platform_serial_0"])
        for vector, answer in zip(json.loads(path.read_text("utf-8")), vectors.answer_vectors(path), strict=True)
        if "known_reply" in vector["expect"] and "known_reply_note" not in vector["expect"]
    }
    assert all(known == ours for known, ours in replies.values())
    assert replies or path.name == "own.json"
