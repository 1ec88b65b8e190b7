"""Bytes as a person can read them: offset, hexadecimal, and what is printable of it."""

from __future__ import annotations

from collections.abc import Iterator

WIDTH = 16


def hex_lines(data: bytes, most: int) -> Iterator[str]:
    """Lines `0010  31 32 …  12…` of the first `most` bytes."""
    for start in range(0, min(len(data), most), WIDTH):
        piece = data[start : min(start + WIDTH, most)]
        digits = " ".join(f"{byte:02x}" for byte in piece)
        yield f"{start:04x}  {digits:<{WIDTH * 3 - 1}}  {printable(piece)}"


def printable(data: bytes) -> str:
    """ASCII as it is, a dot for any other byte."""
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data)


def as_text(data: bytes, most: int) -> str:
    """The first `most` bytes as UTF-8 text where they are that, control characters made visible; "" where not."""
    try:
        text = data[:most].decode()
    except UnicodeDecodeError as fault:
        if len(data) <= most or fault.start < most - 3:
            return ""
        text = data[: fault.start].decode()
    return "".join(character if character in "\n\t" or character.isprintable() else "␣" for character in text)
