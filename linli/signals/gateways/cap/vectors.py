"""Answers to test vectors and to a document's bytes, as JSON-able rows: `linli signals decode cap` prints them.

The vectors name files that lie beside them; certificates (`*.pem`) beside them are the trusted ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from linli.base import clock
from linli.signals.gateways.cap import colours, feeds, signature, trusting, xml
from linli.signals.gateways.cap.document import Alert, Info, Unreadable, events
from linli.signals.gateways.cap.phases import phase_of
from linli.signals.gateways.cap.times import shown
from linli.signals.gateways.cap.trusting import Read


def answer_vectors(path: Path | str) -> Iterator[dict[str, Any]]:
    """One row for each vector of the file, `{"id": file name, <fields>}`; the same order."""
    folder = Path(path).parent
    loaded = json.loads(Path(path).read_text(encoding="utf-8"))
    trusted = [one for file in sorted(folder.glob("*.pem")) for one in signature.certificates(file.read_text())]
    for vector in loaded if isinstance(loaded, list) else loaded["vectors"]:
        # A name of the file alone: a vector cannot point outside its folder.
        raw = (folder / Path(vector["file"]).name).read_bytes()
        yield {"id": vector["file"], **answer(raw, trusted, clock.now())}


def answer_bytes(data: bytes, *, key: str | None = None) -> Iterator[dict[str, Any]]:
    """The row of one document; `key`: a file of trusted certificates (PEM)."""
    trusted = signature.certificates(Path(key).read_text()) if key else []
    yield answer(data, trusted, clock.now())


def answer(raw: bytes, trusted: Sequence[x509.Certificate], now: datetime) -> dict[str, Any]:
    """What becomes of one document."""
    try:
        root = xml.parse(raw)
        if feeds.is_feed(root):
            return _feed(root)
        read = trusting.read_parsed(root, lambda sender: trusted, now)
    except Unreadable as fault:
        return {"outcome": "quarantined", "verdict": "quarantine", "reason": fault.reason, "detail": str(fault)}
    return _alert(read)


def _feed(root: xml.Element) -> dict[str, Any]:
    entries = feeds.feed(root).entries
    index = [{"id": one.id, "updated": one.updated, "link": one.link} for one in entries]
    return {"outcome": "feed", "verdict": "feed", "entries": len(entries), "index": index}


def _alert(read: Read) -> dict[str, Any]:
    alert, verdict = read.alert, read.verdict
    broken = verdict.state == "invalid"
    outcome = "quarantined" if broken else alert.outcome
    row = {
        "outcome": outcome,
        "verdict": "quarantine" if broken else "accept",
        "dialect": alert.dialect,
        "xsd_valid": alert.xsd_valid,
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": shown(alert.sent),
        "status": alert.status,
        "msgType": alert.msg_type,
        "scope": alert.scope,
        "references": [reference.text for reference in alert.references],
        "infos": [_info(info) for info in alert.infos],
        "signatures": alert.signatures,
        "signature": verdict.state,
        "signature_reason": verdict.reason or None,
        "rules": list(alert.rules),
        "findings": list(alert.findings),
        "signal": _signal(alert),
    }
    return row | ({"reason": "signature-invalid"} if broken else {})


def _info(info: Info) -> dict[str, Any]:
    return {
        "language": info.language,
        "event": info.event,
        "category": list(info.categories),
        "urgency": info.urgency,
        "severity": info.severity,
        "certainty": info.certainty,
        "colour": info.colour,
        "effective": shown(info.effective),
        "onset": shown(info.onset),
        "expires": shown(info.expires),
        "headline": info.headline,
        "areas": len(info.areas),
        "polygons": sum(len(area.polygons) for area in info.areas),
        "circles": sum(len(area.circles) for area in info.areas),
        "geocodes": [list(code) for area in info.areas for code in area.geocodes],
    }


def _signal(alert: Alert) -> dict[str, Any] | None:
    """The first signal the alert makes; None for what is only logged (Test, System, Draft)."""
    if alert.status not in ("Actual", "Exercise"):
        return None
    group = next(events(alert), ())
    colour = next((info.colour for info in group if info.colour), None)
    codes = dict.fromkeys(
        value.removesuffix("000000") if len(value) == 12 else value
        for info in group for area in info.areas for _name, value in area.geocodes if value.isdigit()
    )  # fmt: skip
    return {
        "kind": "warning.public",
        "phase": phase_of(alert, group),
        "colour": colour,
        "level": colours.LEVEL.get(colour or ""),
        "area": list(codes),
        "ends": alert.references[0].identifier if alert.msg_type == "Cancel" and alert.references else None,
    }
