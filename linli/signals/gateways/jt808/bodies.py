"""The other bodies that a terminal sends: registration, authentication, replies, attributes (JT/T 808, chapter 8)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

Edition = Literal["2011", "2013", "2019"]
LONGEST_TEXT = 64
_FIXED: dict[Edition, tuple[int, int, int]] = {"2011": (5, 8, 7), "2013": (5, 20, 7), "2019": (11, 30, 30)}
"""Maker, model and terminal id of 0x0100 in each edition, in bytes."""
_LONGEST_2011 = 36


class Wrong(ValueError):
    """The body is not what its message id says: the terminal is told so (result 2)."""


@dataclass(frozen=True, slots=True)
class GeneralReply:
    """0x0001: the terminal's answer to our `serial` of message `message_id`; 0 done, 1 failed, 2 wrong, 3 unsupported."""

    serial: int
    message_id: int
    result: int


@dataclass(frozen=True, slots=True)
class Registration:
    """0x0100. `colour`: JT/T 415, 0 = no plate (then `plate` is a VIN)."""

    edition: Edition
    province: int
    city: int
    maker: str
    model: str
    terminal: str
    colour: int
    plate: str
    deviations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authentication:
    """0x0102. `code_hex`: its bytes, where they are no text."""

    code: str
    imei: str | None = None
    software: str | None = None
    deviations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attributes:
    """0x0107: what the terminal is; the number of its SIM card is left out."""

    maker: str
    model: str
    terminal: str
    hardware: str = ""
    firmware: str = ""


def readable(data: bytes) -> str:
    """GBK text without the zeros that fill its field; what is no GBK stands as �."""
    return data.decode("gbk", "replace").rstrip("\x00")


def general_reply(body: bytes) -> GeneralReply:
    """0x0001. Raises Wrong."""
    if len(body) != 5:
        raise Wrong("general reply")
    return GeneralReply(*struct.unpack(">HHB", body))


def registration(body: bytes, edition_2019: bool) -> Registration:
    """0x0100; before 2019 the length tells the edition. Raises Wrong when it is shorter than any."""
    edition: Edition = "2019" if edition_2019 else "2011" if len(body) <= _LONGEST_2011 else "2013"
    widths = _FIXED[edition]
    if len(body) < 5 + sum(widths):
        raise Wrong("registration")
    province, city = struct.unpack_from(">HH", body)
    (maker, model, terminal), at = _texts(body, 4, widths)
    plate = readable(body[at + 1 :])
    return Registration(
        edition, province, city, maker, model, terminal, body[at], plate[:LONGEST_TEXT], _strange(plate=plate)
    )


def authentication(body: bytes, edition_2019: bool) -> Authentication:
    """0x0102: all of it is the code before 2019; since then length, code, IMEI (15), software (20). Raises Wrong."""
    if not edition_2019:
        code = readable(body)
        return Authentication(code[:LONGEST_TEXT], deviations=_strange(auth=code))
    if not body:
        raise Wrong("authentication")
    end = 1 + body[0]
    if end > len(body):
        code = readable(body[1:])
        return Authentication(code[:LONGEST_TEXT], deviations=("auth_length", *_strange(auth=code)))
    code = readable(body[1:end])
    imei, software = readable(body[end : end + 15]), readable(body[end + 15 : end + 35])
    return Authentication(code[:LONGEST_TEXT], imei, software, _strange(auth=code))


def attributes(body: bytes, edition_2019: bool) -> Attributes:
    """0x0107: type (2), maker, model, terminal id, ICCID (10), hardware and firmware (length and text each).

    What is missing at its end is empty. Raises Wrong when the fixed part is not whole.
    """
    widths = _FIXED["2019" if edition_2019 else "2013"]
    if len(body) < 2 + sum(widths):
        raise Wrong("attributes")
    texts, at = _texts(body, 2, widths)
    at += 10
    versions = []
    for _ in range(2):
        size = body[at] if at < len(body) else 0
        versions.append(readable(body[at + 1 : at + 1 + size]))
        at += 1 + size
    return Attributes(*texts, *versions)


def parameters(body: bytes) -> tuple[int, int]:
    """0x0104: the serial answered, and how many parameters follow. Raises Wrong."""
    if len(body) < 3:
        raise Wrong("parameters")
    return body[0] << 8 | body[1], body[2]


def _texts(body: bytes, at: int, widths: tuple[int, ...]) -> tuple[list[str], int]:
    """Fields of fixed width from `at` on, and where the next one begins."""
    found = []
    for width in widths:
        found.append(readable(body[at : at + width]))
        at += width
    return found, at


def _strange(**texts: str) -> tuple[str, ...]:
    """Which of these texts are too long, or hold what is no text."""
    found = []
    for name, said in texts.items():
        if len(said) > LONGEST_TEXT:
            found.append(f"{name}_too_long")
        if "\ufffd" in said or "\x00" in said:
            found.append(f"{name}_unreadable")
    return tuple(found)
