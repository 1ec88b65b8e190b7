"""SIP messages (RFC 3261): what a signalling platform without media needs of them. Sans-io.

Tolerant as devices demand: folded headers, compact names, a numeric domain, branches without the cookie, heads in
GB 18030. Nothing here trusts a length: the framing does (`framing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

MOST_HEAD = 16 * 1024
_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "e": "content-encoding",
    "s": "subject",
    "k": "supported",
    "o": "event",
    "u": "allow-events",
}
_REQUEST = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,32}) (\S{1,1024}) +SIP/2\.0", re.IGNORECASE)
_RESPONSE = re.compile(r"SIP/2\.0 +([1-6]\d\d)(?: (.*))?", re.IGNORECASE)
_HEADER = re.compile(r"([A-Za-z0-9.!%*_+`'~-]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]+")
_LINE = re.compile(r"\r?\n")
_VIA = re.compile(r"SIP\s*/\s*2\.0\s*/\s*([A-Za-z0-9-]+)\s+([^;\s]+)\s*(.*)", re.IGNORECASE | re.DOTALL)
_PARAMETER = re.compile(r';\s*([^=;\s]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*))?')
_URI = re.compile(r"<([^>]*)>")
_USER = re.compile(r"(?:sips?:)([^@;?:>]*)(?::[^@]*)?@([^;?>]*)", re.IGNORECASE)
_MANDATORY = ("via", "from", "to", "call-id", "cseq")


class NotSip(ValueError):
    """Bytes that are no usable SIP head; `reason` is the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Message:
    """One request or response. `headers`: (long name in lower case, value unfolded), in order; `notes`: repairs."""

    method: str
    uri: str
    status: int
    phrase: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    raw: bytes = b""
    notes: tuple[str, ...] = ()
    named: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """The first header `name` (long form, lower case)."""
        return self.named.get(name)

    def all(self, name: str) -> list[str]:
        """Every header of that name."""
        return [value for key, value in self.headers if key == name]

    @property
    def is_request(self) -> bool:
        """A request has a method, a response a status."""
        return not self.status

    @cached_property
    def via(self) -> Via:
        """The top Via."""
        return Via.parse(self.named["via"])

    @cached_property
    def from_(self) -> Address:
        """From."""
        return Address.parse(self.named["from"])

    @cached_property
    def to(self) -> Address:
        """To."""
        return Address.parse(self.named["to"])

    @cached_property
    def contact(self) -> Address | None:
        """The first Contact."""
        value = self.named.get("contact")
        return Address.parse(value) if value else None

    @cached_property
    def cseq(self) -> tuple[int, str]:
        """Number and method of CSeq."""
        number, _space, method = self.named["cseq"].partition(" ")
        return int(number), method.strip()

    @property
    def call_id(self) -> str:
        """Call-ID."""
        return self.named["call-id"]

    @property
    def content_length(self) -> int | None:
        """As it was said; None when absent or no number."""
        return number_of(self.named.get("content-length"), most=10**9)

    @property
    def expires(self) -> int | None:
        """The Contact's own `expires` beats the header (RFC 3261 §10.2.1.1)."""
        contact = self.contact
        own = number_of(contact.parameters.get("expires")) if contact else None
        return own if own is not None else number_of(self.named.get("expires"))

    @property
    def is_xml(self) -> bool:
        """Whether the body is MANSCDP (the type is compared without case; a body without a type that looks so)."""
        kind = (self.named.get("content-type") or "").partition(";")[0].strip().lower()
        if kind == "application/manscdp+xml":
            return bool(self.body)
        return not kind and self.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


@dataclass(frozen=True, slots=True)
class Via:
    """Transport, where the sender says it is, parameters by lower-case name."""

    transport: str
    sent_by: str
    parameters: dict[str, str]

    @classmethod
    def parse(cls, value: str) -> Via:
        """The first of the values in one Via header. NotSip when it is none."""
        found = _VIA.fullmatch(value.strip())
        if not found:
            raise NotSip("bad-via")
        transport, sent_by, rest = found.groups()
        if "," in sent_by:
            sent_by, rest = sent_by.partition(",")[0], ""
        rest = rest.split(",", 1)[0]
        return cls(transport.upper(), sent_by, parameters_of(rest))

    @property
    def branch(self) -> str:
        """The transaction's name; "" when there is none (RFC 2543)."""
        return self.parameters.get("branch", "")


@dataclass(frozen=True, slots=True)
class Address:
    """A name-addr: its URI, user and host part, parameters behind it."""

    uri: str
    user: str
    host: str
    parameters: dict[str, str]

    @classmethod
    def parse(cls, value: str) -> Address:
        """The first address of a header; never fails, an unreadable one has no user."""
        found = _URI.search(value)
        if found:
            uri, rest = found.group(1).strip(), value[found.end() :]
        else:
            uri, semicolon, rest = value.strip().partition(";")
            rest = semicolon + rest
        user = _USER.match(uri)
        return cls(uri, user.group(1) if user else "", user.group(2) if user else "", parameters_of(rest))

    @property
    def tag(self) -> str | None:
        """The dialog's tag."""
        return self.parameters.get("tag")


def parameters_of(text: str) -> dict[str, str]:
    """`;name=value` pairs; names in lower case, quotes taken off."""
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(text[:4096]):
        found.setdefault(name.lower(), value.strip('"'))
    return found


def number_of(text: str | None, most: int = 2**31) -> int | None:
    """Decimal digits as a number not above `most`; None for anything else."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        return None
    return int(text) if int(text) <= most else None


def parse_head(head: bytes, body: bytes = b"", raw: bytes = b"", notes: tuple[str, ...] = ()) -> Message:
    """A head (without the empty line) and its body as a message. Raises NotSip."""
    if len(head) > MOST_HEAD:
        raise NotSip("head-too-long")
    text = _text(head)
    first, _newline, rest = _FOLD.sub(" ", text).lstrip("\r\n").partition("\n")
    method, uri, status, phrase = _start(first.rstrip("\r"))
    headers = tuple(_headers(rest))
    named: dict[str, str] = {}
    for name, value in headers:
        named.setdefault(name, value)
    for name in _MANDATORY:
        if name not in named:
            raise NotSip(f"no-{name}")
    message = Message(method, uri, status, phrase, headers, body, raw or head, notes, named)
    _check(message)
    return message


def _check(message: Message) -> None:
    message.via  # noqa: B018 - raises NotSip
    number, _space, method = message.named["cseq"].partition(" ")
    if number_of(number, 2**32) is None or not method.strip():
        raise NotSip("bad-cseq")
    if message.method and method.strip().upper() != message.method:
        raise NotSip("bad-cseq")


def _text(head: bytes) -> str:
    for charset in ("utf-8", "gb18030"):
        try:
            return head.decode(charset)
        except UnicodeDecodeError:
            continue
    return head.decode("latin-1")


def _start(line: str) -> tuple[str, str, int, str]:
    response = _RESPONSE.fullmatch(line)
    if response:
        return "", "", int(response.group(1)), response.group(2) or ""
    request = _REQUEST.fullmatch(line)
    if not request:
        raise NotSip("not-sip")
    return request.group(1).upper(), request.group(2), 0, ""


def _headers(text: str) -> list[tuple[str, str]]:
    """Lines that are no header are left out: one bad line costs itself."""
    found = []
    for line in _LINE.split(text):
        matched = _HEADER.fullmatch(line)
        if matched:
            name = matched.group(1).lower()
            found.append((_COMPACT.get(name, name), matched.group(2).strip()))
    return found
