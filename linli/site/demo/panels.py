"""The demo city's alarm panels: their keys, as the house keeps them."""

from __future__ import annotations

from linli.base.sealing import unseal
from linli.signals.gateways.dc09.crypto import Key
from linli.signals.models import Line


def typed_key(line: Line) -> str:
    """The key of a line as a person typed it; "" when it sends in plain."""
    return unseal(bytes(line.sealed_key), f"dc09:{line.identity}").decode() if line.sealed_key else ""


def key_of(line: Line) -> Key | None:
    """The key of a line, ready to encrypt; None when it sends in plain."""
    typed = typed_key(line)
    return Key.parse(typed) if typed else None
