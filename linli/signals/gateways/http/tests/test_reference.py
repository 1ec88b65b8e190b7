"""The page for senders says what the entrance does."""

import re
from pathlib import Path

from linli.signals.gateways.http import body, events, refusals, signature, strict_json

PAGE = Path(__file__).resolve().parents[5] / "docs" / "reference" / "http-events.md"


def test_every_refusal_stands_there_with_its_status_and_whether_it_is_kept():
    said = {}
    for status, codes, kept in re.findall(r"^\| (\d{3}) \| (.+?) \| (.+?) \|$", PAGE.read_text("utf-8"), re.M):
        said |= {code: (int(status), kept.startswith("yes")) for code in re.findall(r"`(http\.\w+)`", codes)}
    done = {
        refusal.code: (refusal.status, bool(refusal.kept) or refusal is refusals.NotTaken)
        for refusal in refusals.EventRefused.__subclasses__()
    }
    assert said == done


def test_the_limits_are_the_ones_of_the_code():
    text = PAGE.read_text("utf-8")
    assert f"± {signature.TOLERANCE_SECONDS} s" in text
    assert f"at most {body.STRUCTURED.most // 1024} KiB" in text and f"{body.BATCHED.most // 1024**2} MiB" in text
    assert f"at most {events.MOST_DATA // 1024} KiB" in text and f"1–{events.MOST_EVENTS} events" in text
    assert f"at most {strict_json.MOST_DEPTH} deep" in text and f"at most {body.MOST_RATIO} : 1" in text
    assert f"at most {events.MOST_EXTENSIONS};" in text
