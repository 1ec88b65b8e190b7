"""The peers as the gateway holds them: who is registered from where, with which channels; read from and kept in the store.

A peer is a line of `gb28181` whose identity is the 20-digit number; a channel behind it `<peer>/<number>`, for one number
can stand behind two recorders (lesson L34). The password is the line's sealed key.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection

from linli.base.sealing import SealBroken, seal, unseal
from linli.signals.gateways.gb28181.identifiers import GROUPS, RECORDERS, type_of
from linli.signals.gateways.rim import Way
from linli.signals.models import SipPeer

log = logging.getLogger("linli.gateway")
ABSENT = frozenset({"OFF", "VLOST", "DEFECT", "GONE"})
HEARTBEAT, MISSES = (5, 600), (2, 10)
"""What a device may say of its own heartbeat is clamped to these (lesson L32)."""


@dataclass(slots=True)
class Channel:
    """A device in a peer's catalogue, as last said; `registered`: it is an asset of the house."""

    status: str = "ON"
    registered: bool = False
    faulty: bool = False


@dataclass(slots=True)
class Peer:
    """One peer. `row`: what is kept of it; `way`: where it is reached now; `heard_at`: its last sign of life here."""

    identity: str
    row: SipPeer
    password: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    mark: str = ""
    channels: dict[str, Channel] = field(default_factory=dict)
    way: Way | None = None
    heard_at: datetime | None = None
    strange_since: datetime | None = None
    nonce: str = ""
    nonce_count: int = 0
    generation: int = 0

    @property
    def source(self) -> str:
        """As the log names it."""
        return f"gb28181:{self.identity}"

    @property
    def registered(self) -> bool:
        """It has registered and not signed off. An expiry alone ends nothing while it speaks (lesson L31)."""
        return self.row.registered_at is not None and self.row.ended_at is None

    @property
    def type(self) -> str:
        """Digits 11–13 of its number."""
        return type_of(self.identity)

    @property
    def has_catalogue(self) -> bool:
        """A recorder or a platform: devices stand behind it."""
        return self.type in RECORDERS or self.type.startswith("2")

    @property
    def modern(self) -> bool:
        """Of the 2022 edition."""
        return self.row.version >= "3"

    @property
    def patience(self) -> float:
        """Seconds of silence after which it is asked whether it is there: half an interval before its misses are full."""
        return self.row.heartbeat_seconds * max(1.5, self.row.heartbeat_misses - 0.5)

    def channel_source(self, number: str) -> str:
        """The source of a signal about `number`: the channel when it is an asset, else the peer itself."""
        channel = self.channels.get(number)
        return f"{self.source}/{number}" if channel and channel.registered else self.source

    def owns(self, number: str) -> bool:
        """Whether it may speak for `number`: itself, its catalogue, or what shares its division."""
        return number == self.identity or number in self.channels or number[:6] == self.identity[: min(6, len(number))]


def seal_password(identity: str, password: str) -> bytes:
    """The password of a peer, sealed for its line."""
    return seal(password.encode(), f"gb28181:{identity}")


@lru_cache(maxsize=60_000)
def _opened(identity: str, sealed: bytes) -> str | None:
    try:
        return unseal(sealed, f"gb28181:{identity}").decode()
    except SealBroken as fault:
        log.error("%s", fault)
        return None


_LINES = """
SELECT identity, sealed_key, settings, md5(COALESCE(encode(sealed_key, 'hex'), '') || settings::text || asset_id::text)
FROM signals_line WHERE protocol = 'gb28181' AND during @> %s AND {which}
"""
_CHANNELS = """
SELECT c.peer_id, c.number, c.status, EXISTS (SELECT 1 FROM signals_line l WHERE l.protocol = 'gb28181'
       AND l.identity = c.peer_id || '/' || c.number AND l.during @> %s)
FROM signals_sipchannel c WHERE c.peer_id = ANY(%s)
"""


def load(wanted: Iterable[str], now: datetime) -> dict[str, Peer]:
    """The known ones of these numbers, as the register and the store have them now: three queries."""
    names = list(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(which="identity = ANY(%s)"), [now, names])
        lines = cursor.fetchall()
        rows = SipPeer.objects.in_bulk([line[0] for line in lines])
        found = {
            identity: Peer(
                identity,
                rows.get(identity) or SipPeer(identity=identity),
                _opened(identity, bytes(sealed)) if sealed else None,
                _json(settings),
                mark,
            )
            for identity, sealed, settings, mark in lines
        }
        cursor.execute(_CHANNELS, [now, list(found)])
        for peer, number, status, registered in cursor.fetchall():
            found[peer].channels[number] = Channel(status, registered)
    return found


def _json(value: Any) -> dict[str, Any]:
    return dict(orjson.loads(value)) if isinstance(value, str | bytes) else dict(value or {})


def marks(now: datetime) -> dict[str, str]:
    """What every peer's line says now, in short: where it differs from what is held, the peer is read anew."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(which="position('/' in identity) = 0"), [now])
        return {identity: mark for identity, _sealed, _settings, mark in cursor.fetchall()}


_REGISTERED = """
SELECT split_part(identity, '/', 1), split_part(identity, '/', 2) FROM signals_line
WHERE protocol = 'gb28181' AND during @> %s AND position('/' in identity) > 0
"""


def registered_channels(now: datetime) -> dict[str, set[str]]:
    """By peer the numbers behind it that are assets of the house."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_REGISTERED, [now])
        for peer, number in cursor.fetchall():
            found.setdefault(peer, set()).add(number)
    return found


def save(rows: Iterable[SipPeer]) -> None:
    """Keep what has changed of these peers."""
    listed = sorted(rows, key=lambda row: row.identity)
    names = [field.name for field in SipPeer._meta.concrete_fields if field.name != "identity"]
    if listed:
        SipPeer.objects.bulk_create(
            listed, batch_size=500, update_conflicts=True, unique_fields=["identity"], update_fields=names
        )


def is_group(number: str) -> bool:
    """A business group, a virtual organisation or an area: a node of the tree, no device."""
    return len(number) < 20 or type_of(number) in GROUPS
