"""Who speaks: the lines of GB/T 26875 devices (signals.Line), and what the parts of a device last said (signals.Part).

An identity is the twelve hexadecimal digits of the source address as sent; a device without an address (all zero) is
`anonymous:<peer>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from linli.signals.gateways.gb26875.decode import profile_named
from linli.signals.gateways.gb26875.profiles import Profile
from linli.signals.gateways.gb26875.times import ZERO
from linli.signals.models import Line


@dataclass(frozen=True, slots=True)
class Known:
    """A registered device, as the decoder needs it. `profile`: None when each frame's header tells."""

    identity: str
    profile: Profile | None = None


def identity(source: bytes, peer: str) -> str:
    """The identity under which a sender is registered."""
    return f"anonymous:{peer}" if source == ZERO else source.hex()


_KNOWN = """
SELECT identity, profile FROM signals_line WHERE protocol = 'gb26875' AND identity = ANY(%s) AND during @> %s
"""
_PARTS = "SELECT source, part, status FROM signals_part WHERE source = ANY(%s)"
_KEEP = """
INSERT INTO signals_part AS p (source, part, status, name, at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::text[], %s::timestamptz[])
ON CONFLICT (source, part) DO UPDATE SET status = EXCLUDED.status, at = EXCLUDED.at,
    name = CASE WHEN EXCLUDED.name = '' THEN p.name ELSE EXCLUDED.name END
"""


def known(wanted: Iterable[str], at: datetime) -> dict[str, Known]:
    """The registered ones of these identities at a moment: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(wanted), at])
        return {identity: Known(identity, profile_named(profile)) for identity, profile in cursor.fetchall()}


def registered(at: datetime) -> frozenset[str]:
    """The identities of every line at a moment."""
    return frozenset(Line.objects.filter(protocol="gb26875", during__contains=at).values_list("identity", flat=True))


def last_said(sources: Iterable[str]) -> dict[str, dict[str, int]]:
    """Source → part → the status it last had."""
    found: dict[str, dict[str, int]] = {source: {} for source in sources}
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [list(found)])
        for source, part, status in cursor.fetchall():
            found[source][part] = status
    return found


def keep_said(rows: Mapping[tuple[str, str], tuple[int, str, datetime]]) -> None:
    """Keep what parts said: (source, part) → status, name and time."""
    if rows:
        ordered = sorted(rows.items())
        columns = [
            [source for (source, _part), _said in ordered],
            [part for (_source, part), _said in ordered],
            *(list(column) for column in zip(*(said for _key, said in ordered), strict=True)),
        ]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, columns)
