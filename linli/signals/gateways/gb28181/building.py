"""Builds SIP messages and MANSCDP bodies as the house sends them. Pure: time, tags and numbers are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from linli.signals.gateways.gb28181.reading import BEIJING
from linli.signals.gateways.gb28181.sip import Message

VERSION = "3.0"
"""X-GB-Ver of the house (annex I): 2022."""
AGENT = "Linli"
PHRASES = {
    200: "OK", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 415: "Unsupported Media Type", 423: "Interval Too Brief", 481: "Call/Transaction Does Not Exist",
    489: "Bad Event", 503: "Service Unavailable",
}  # fmt: skip
_ECHOED = ("from", "to", "call-id", "cseq")
_NAMES = {"from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}


@dataclass(frozen=True, slots=True)
class Own:
    """Who the house is on this line: its 20-digit number and the address it says in Via and Contact."""

    id: str
    host: str = "0.0.0.0"
    port: int = 5060

    @property
    def domain(self) -> str:
        """Its SIP domain: the first ten digits."""
        return self.id[:10]

    @property
    def uri(self) -> str:
        """Its address of record."""
        return f"sip:{self.id}@{self.domain}"

    @property
    def contact(self) -> str:
        """Where it is reached."""
        return f"sip:{self.id}@{self.host}:{self.port}"


def respond(
    request: Message,
    status: int,
    *,
    peer: tuple[str, int],
    tag: str = "",
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The response to `request` that came from `peer` (RFC 3261 §8.2.6, RFC 3581)."""
    lines = [f"SIP/2.0 {status} {PHRASES.get(status, 'Unknown')}"]
    for number, value in enumerate(request.all("via")):
        lines.append(f"Via: {_received(value, request, peer) if number == 0 else value}")
    for name in _ECHOED:
        value = request.get(name) or ""
        if name == "to" and tag and request.to.tag is None:
            value += f";tag={tag}"
        lines.append(f"{_NAMES[name]}: {value}")
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"User-Agent: {AGENT}", "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode()


def _received(value: str, request: Message, peer: tuple[str, int]) -> str:
    """The top Via with where the request really came from."""
    said = request.via
    host = said.sent_by.partition(":")[0]
    if "rport" not in said.parameters and host == peer[0]:
        return value
    _first, comma, rest = value.partition(",")
    named = f"SIP/2.0/{said.transport} {said.sent_by}"
    parameters = {name: text for name, text in said.parameters.items() if name not in ("rport", "received")}
    if "rport" in said.parameters:
        parameters["rport"] = str(peer[1])
    parameters["received"] = peer[0]
    spelled = "".join(f";{name}={text}" if text else f";{name}" for name, text in parameters.items())
    return named + spelled + comma + rest


def request(
    method: str,
    uri: str,
    *,
    own: Own,
    to: str,
    branch: str,
    tag: str,
    call_id: str,
    cseq: int,
    transport: str = "UDP",
    to_tag: str = "",
    from_: str = "",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> bytes:
    """A request of the house. `to` and `from_` are addresses of record (`sip:id@domain`)."""
    behind = f";tag={to_tag}" if to_tag else ""
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/{transport} {own.host}:{own.port};rport;branch={branch}",
        f"From: <{from_ or own.uri}>;tag={tag}",
        f"To: <{to}>{behind}",
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} {method}",
        "Max-Forwards: 70",
        f"User-Agent: {AGENT}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    if body:
        lines.append("Content-Type: Application/MANSCDP+xml")
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def beijing(now: datetime) -> str:
    """The time as 9.10.3 wants it in Date: Beijing, milliseconds, no zone."""
    return now.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}"


def beijing_seconds(now: datetime) -> str:
    """The time as bodies have it."""
    return now.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:%S")


def challenge(realm: str, nonce: str, *, stale: bool = False, algorithm: str = "MD5") -> tuple[str, str]:
    """The header that asks for a digest; always with its algorithm (a Dahua recorder never answers one without)."""
    said = f'Digest realm="{realm}", nonce="{nonce}", algorithm={algorithm}, qop="auth"'
    return "WWW-Authenticate", said + (", stale=true" if stale else "")


def xml(root: str, fields: Mapping[str, Any], *, modern: bool = False) -> bytes:
    """A MANSCDP body: `fields` in order; a list of mappings becomes `<X Num="n"><Item>…`.

    A peer of the 2022 edition (`modern`) gets GB 18030; an older one too, under the name GB 2312 that it knows, as far
    as its characters go.
    """
    label = "GB18030" if modern else "GB2312"
    text = f'<?xml version="1.0" encoding="{label}"?>\r\n<{root}>\r\n{_fields(fields)}</{root}>\r\n'
    return text.encode("gb18030", "replace")


def _fields(fields: Mapping[str, Any]) -> str:
    return "".join(_field(name, value) for name, value in fields.items() if value is not None)


def _field(name: str, value: Any) -> str:
    if isinstance(value, list):
        items = "".join(f"<Item>\r\n{_fields(item)}</Item>\r\n" for item in value)
        return f'<{name} Num="{len(value)}">\r\n{items}</{name}>\r\n'
    if isinstance(value, Mapping):
        return f"<{name}>\r\n{_fields(value)}</{name}>\r\n"
    return f"<{name}>{escape(str(value))}</{name}>\r\n"
