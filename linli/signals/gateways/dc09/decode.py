"""One DC-09 frame → what it says, how far it may be trusted, and which answer it gets (ANSI/SIA DC-09 5.5).

Pure: no socket, no clock of its own, no database. Nothing that a sender can put into a frame raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from linli.signals.gateways.dc09 import codes, contact_id, extended, sia
from linli.signals.gateways.dc09.content import account_in_data, content_behind_pad
from linli.signals.gateways.dc09.crypto import CipherFault, Key
from linli.signals.gateways.dc09.events import Event
from linli.signals.gateways.dc09.frames import Frame, crc
from linli.signals.gateways.dc09.profiles import NOTED, STANDARD_TIME, TOLERANT, Profile, TimePolicy
from linli.signals.gateways.dc09.reply import ReplyKind

Verdict = Literal["accept", "accept_with_deviation", "quarantine", "ignore"]

LONGEST_BODY = 4095
"""The most that the three hex digits of the length field can say."""
EVENT_TOKENS = frozenset({"SIA-DCS", "ADM-CID"})
DECODED = EVENT_TOKENS | {"NULL", "XNM"}
ANSWERS = frozenset({"ACK", "NAK", "DUH"})
"""What a receiver says; as input they are never answered."""
SILENT = frozenset({"crc", "header", "too_long", "line_feed_inside", "deviation"})
_HEADER = re.compile(
    r'"(\*?)([ !#-~]+)"([0-9]{4})(?:R([0-9A-Fa-f]{1,6}))?L([0-9A-Fa-f]{0,6})(?:#([0-9A-Fa-f]{0,16}))?\['
)
_BEGINNING = re.compile(
    r'"(\*?)([ !#-~]+)"(?:([0-9]{4})(?:(?:R([0-9A-Fa-f]{1,6}))?(?:L([0-9A-Fa-f]{0,6})(?![0-9A-Fa-f]))?)?)?'
)
_HEX4 = re.compile(rb"[0-9A-Fa-f]{4}")
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What one frame says.

    `reasons`: why it is in quarantine, in stable words. `echo`: its bytes from sequence to `[`, for the answer.
    `data`, `fields_raw` and event texts have one character for each byte (Latin-1); `extended.readable` turns
    them into text. `plain`: the decrypted text without pad, K blanked. `age_seconds`: our clock minus the timestamp.
    """

    verdict: Verdict
    reply: ReplyKind
    raw: bytes
    reasons: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    token: str | None = None
    encrypted: bool = False
    sequence: str | None = None
    receiver: str | None = None
    line: str | None = None
    account: str | None = None
    echo: bytes = b""
    crc_ok: bool = False
    length_ok: bool = False
    data: str = ""
    data_account: str | None = None
    events: tuple[Event, ...] = ()
    texts: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    fields_raw: str = ""
    timestamp: datetime | None = None
    timestamp_text: str | None = None
    age_seconds: float | None = None
    plain: bytes | None = None
    key_id: str | None = None

    @property
    def identity(self) -> str | None:
        """The account the frame speaks for: the header's, else the data's; upper case, zeros kept."""
        account = self.account or self.data_account
        return account.upper() if account else None

    @property
    def heartbeat(self) -> bool:
        """A link test (NULL, XNM): it says only that the path is alive."""
        return self.token in ("NULL", "XNM")


def decode(
    frame: Frame,
    *,
    key: Key | None = None,
    now: datetime | None = None,
    profile: Profile = TOLERANT,
    time_policy: TimePolicy = STANDARD_TIME,
    strict_encryption: bool = False,
) -> Decoded:
    """Everything a frame says, with verdict and kind of answer.

    `now` is our clock (aware); without it no window is tested. `key` is the account's, when it has one;
    `strict_encryption` refuses a plain frame of an account with a key. `profile` says what is tolerated.
    """
    deviations: list[str] = []
    facts, fault = _check(frame, profile, deviations)
    text = frame.raw.decode("latin-1")
    header = _HEADER.match(text, frame.quote)
    if header is None:
        beginning = _beginning(text, frame.quote)
        return Decoded(verdict="quarantine", reply="none", reasons=(fault or "header",), **facts, **beginning)
    _read_header(header, facts, deviations)
    if frame.trailing:
        deviations.append("bytes_after_cr")
    sent = text[header.end() : -1]
    reply: ReplyKind = "DUH"
    content: str | None = None
    if not facts["encrypted"]:
        content = sent
    elif not fault and (facts["token"] in DECODED or (facts["token"] in ANSWERS and key)):
        content, fault = _decrypt(sent, key, facts, deviations)
    if content is not None:
        _read_tail(content, facts, deviations, profile, now)
    if facts["token"] in ANSWERS and facts["crc_ok"]:
        return Decoded(verdict="ignore", reply="none", deviations=_sorted(deviations), **facts)
    if not fault:
        reply, fault = _judge(facts, deviations, key, time_policy, strict_encryption)
    if not profile.tolerates.issuperset(deviations):
        reply, fault = "none", fault or "deviation"
    return _conclude(facts, deviations, reply, fault)


class Address(NamedTuple):
    """Who a frame says it is from, before anything is decrypted; texts as sent."""

    token: str
    encrypted: bool
    receiver: str
    line: str
    account: str


def address(frame: Frame) -> Address | None:
    """The sender in the header of a frame; None when the header is malformed."""
    found = _HEADER.match(frame.raw.decode("latin-1"), frame.quote)
    if found is None:
        return None
    star, token, _, receiver, line, account = found.groups("")
    return Address(token, bool(star), receiver, line, account)


def _check(frame: Frame, profile: Profile, deviations: list[str]) -> tuple[dict[str, Any], str]:
    """CRC and length; the second value is why the frame cannot stand, or empty."""
    raw, quote = frame.raw, frame.quote
    size = len(raw) - quote - 1
    value = crc(raw[quote:-1])
    if quote == 9:
        sent = int(raw[1:5], 16) if _HEX4.match(raw, 1) else -1
        length = int(raw[5:9], 16) if _HEX4.match(raw, 5) else -1
    else:
        deviations.append("crc_binary")
        sent = int.from_bytes(raw[1:3], "big")
        length = int(raw[3:7], 16) if _HEX4.match(raw, 3) else -1
    good, fits = sent == value, length == size
    if not good and "crc_and_length_include_cr" in profile.tolerates and sent == crc(raw[quote:]):
        deviations.append("crc_and_length_include_cr")
        good, fits = True, length in (size, size + 1)
    facts = {"raw": extended.blank_keys(raw), "crc_ok": good, "length_ok": fits}
    if not good:
        return facts, "crc"
    if size > LONGEST_BODY:
        return facts | {"length_ok": False}, "too_long"
    if length < 0:
        return facts, "header"
    if not fits:
        deviations.append("length_wrong")
    return facts, "line_feed_inside" if 0x0A in raw[quote:] else ""


def _read_header(header: re.Match[str], facts: dict[str, Any], deviations: list[str]) -> None:
    star, token, sequence, receiver, line, account = header.groups()
    facts["token"], facts["sequence"] = token, sequence
    facts["encrypted"] = star == "*"
    facts["receiver"], facts["line"], facts["account"] = receiver, line, account or None
    facts["echo"] = header.string[header.start(3) : header.end() - 1].encode("ascii")
    if not line:
        deviations.append("empty_line_prefix")
    if not account:
        deviations.append("no_account_in_header")
    elif len(account) < 3:
        deviations.append("short_account")
    if sequence == "0000" and token in EVENT_TOKENS:
        deviations.append("sequence_zero")


def _beginning(text: str, quote: int) -> dict[str, Any]:
    """As much of a header as can be read before it goes wrong: for the people who look into quarantine."""
    found = _BEGINNING.match(text, quote)
    if found is None:
        return {}
    star, token, sequence, receiver, line = found.groups()
    return {"token": token, "encrypted": star == "*", "sequence": sequence, "receiver": receiver, "line": line}


def _decrypt(sent: str, key: Key | None, facts: dict[str, Any], deviations: list[str]) -> tuple[str | None, str]:
    """The content behind the pad, or why there is none."""
    if key is None:
        return None, "no key"
    try:
        text = key.decrypt(sent.encode("latin-1")).decode("latin-1")
    except CipherFault as fault:
        return None, fault.reason
    content = content_behind_pad(text, deviations)
    facts["key_id"] = key.id
    facts["plain"] = extended.blank_keys(content.encode("latin-1"))
    return content, ""


def _read_tail(
    content: str, facts: dict[str, Any], deviations: list[str], profile: Profile, now: datetime | None
) -> None:
    """Data, extended data and timestamp into `facts`. A missing end of the data leaves `data` unset."""
    parts = extended.split(content)
    if parts is None:
        return
    parts = extended.redact(parts)
    facts["data"], facts["fields"], facts["fields_raw"] = parts.data, parts.fields, parts.fields_raw
    deviations += parts.deviations
    if parts.stamp_text is None:
        return
    moment = extended.parse_stamp(parts.stamp_text, profile.clock)
    facts["timestamp_text"], facts["timestamp"] = parts.stamp_text, moment
    if moment is None:
        deviations.append("timestamp_impossible")
    elif now is not None:
        facts["age_seconds"] = age = (now - moment).total_seconds()
        if not -_DAY <= age <= _DAY:
            deviations.append("panel_clock_off")


def _judge(
    facts: dict[str, Any],
    deviations: list[str],
    key: Key | None,
    time_policy: TimePolicy,
    strict_encryption: bool,
) -> tuple[ReplyKind, str]:
    """Reads the events of a sound frame; gives its answer and, when it cannot be accepted, why."""
    token, encrypted = facts["token"], facts["encrypted"]
    if token not in DECODED:
        return "DUH", "token"
    window = time_policy.encrypted if encrypted else time_policy.plain
    age = facts.get("age_seconds")
    if window is not None and age is not None and not -window.ahead <= age <= window.behind:
        return "NAK", "time window"
    if encrypted and facts.get("timestamp") is None:
        return "NAK", "time window"
    if "data" not in facts:
        return "DUH", "data"
    _read_events(facts, deviations)
    if token in EVENT_TOKENS and not facts["events"] and not facts.get("texts"):
        return "DUH", "data" if facts["data"] and "item_unreadable" in deviations else "empty data"
    if strict_encryption and key is not None and not encrypted:
        facts["events"] = tuple(event for event in facts["events"] if codes.meaning(event).is_alarm)
        if not facts["events"]:
            return "DUH", "plain frame of a keyed account"
        deviations.append("plain_of_keyed_account")
    return "ACK", ""


def _read_events(facts: dict[str, Any], deviations: list[str]) -> None:
    token = facts["token"]
    account, rest, noted = account_in_data(facts["data"], contact_id=token == "ADM-CID")
    facts.update(data_account=account, events=())
    if token not in EVENT_TOKENS:
        if facts["data"]:
            deviations.append("null_with_data")
        return
    deviations += noted
    if account and not facts["account"]:
        deviations.append("account_from_data")
    if token == "ADM-CID":
        events, unread = contact_id.read(rest)
    else:
        events, texts, unread = sia.read(rest)
        facts["texts"] = tuple(texts)
    facts["events"] = tuple(events)
    deviations += unread


def _conclude(facts: dict[str, Any], deviations: list[str], reply: ReplyKind, fault: str) -> Decoded:
    if fault:
        facts["events"] = facts["texts"] = ()
        if not facts["crc_ok"] or fault in SILENT or not facts["length_ok"]:
            reply = "none"
        return Decoded(verdict="quarantine", reply=reply, reasons=(fault,), deviations=_sorted(deviations), **facts)
    verdict: Verdict = "accept" if NOTED.issuperset(deviations) else "accept_with_deviation"
    return Decoded(verdict=verdict, reply=reply, deviations=_sorted(deviations), **facts)


def _sorted(deviations: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(deviations))) if deviations else ()
