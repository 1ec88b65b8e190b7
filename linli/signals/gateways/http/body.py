"""The bytes of a request, within limits: content type, size, gzip without bombs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.signals.gateways.http.refusals import NotReadable, OtherMediaType, TooCompressed, TooLarge

MOST_RATIO = 20


@dataclass(frozen=True, slots=True)
class Mode:
    """How events stand in a body, and how much of it is taken (bytes, before and after unpacking)."""

    media_type: str
    most: int
    batched: bool = False


STRUCTURED = Mode("application/cloudevents+json", 64 * 1024)
BATCHED = Mode("application/cloudevents-batch+json", 2 * 1024 * 1024, batched=True)
MODES = {mode.media_type: mode for mode in (STRUCTURED, BATCHED)}
LARGEST = max(mode.most for mode in MODES.values())


def mode_of(request: HttpRequest) -> Mode:
    """By Content-Type. Raises OtherMediaType."""
    said = request.headers.get("Content-Type", "")
    media_type, _semicolon, parameters = said.partition(";")
    mode = MODES.get(media_type.strip().lower())
    charset = parameters.strip().lower().replace('"', "").replace(" ", "")
    if mode is None or charset not in ("", "charset=utf-8"):
        raise OtherMediaType(header="Content-Type", said=said[:80], reads=", ".join(MODES))
    return mode


def read(request: HttpRequest, mode: Mode) -> bytes:
    """The body as the sender's application wrote and signed it. Raises TooLarge, TooCompressed, OtherMediaType,
    NotReadable (gzip that is none)."""
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise OtherMediaType(header="Content-Encoding", said=encoding[:40], reads="gzip")
    length = request.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length[:12]) > mode.most:
        raise TooLarge(path="$", most=mode.most)
    body: bytes = request.read(mode.most + 1)
    if len(body) > mode.most:
        raise TooLarge(path="$", most=mode.most)
    return unpacked(body, mode.most) if encoding == "gzip" else body


def unpacked(body: bytes, most: int) -> bytes:
    """`body` out of gzip: at most `most` bytes and twenty times its size are ever made of it."""
    allowed = min(most, MOST_RATIO * len(body))
    unpacker = zlib.decompressobj(wbits=31)
    try:
        made = unpacker.decompress(body, allowed + 1)
    except zlib.error:
        raise NotReadable(path="$", advice=_("Content-Encoding says gzip, the body is none")) from None
    if len(made) > allowed:
        raise TooLarge(path="$", most=most) if allowed == most else TooCompressed(most=MOST_RATIO)
    if not unpacker.eof or unpacker.unused_data:
        raise NotReadable(path="$", advice=_("the gzip body is cut off, or something follows it"))
    return made
