"""What became of everything that came in: sent = acknowledged = logged + folded + duplicates + quarantined.

Counted in the transaction that keeps it. What the house says itself (presence, hostile senders) and what is run again
from quarantine is not counted: nobody sent it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection, transaction
from django.db.models import Sum

from linli.base import clock
from linli.signals import logbook
from linli.signals.envelope import Accepted, Duplicate, Envelope, Folded, Quarantined, Verdict
from linli.signals.models import Counted

WORDS: dict[type[Any], str] = {
    Accepted: "logged", Folded: "folded", Duplicate: "duplicates", Quarantined: "quarantined",
}  # fmt: skip
NAMES = tuple(WORDS.values())
BY_HOUSE = "security.sender"
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_AGO = re.compile(r"(?P<n>[0-9]{1,5})(?P<unit>[mhd])")
_ADD = """
INSERT INTO signals_counted AS c (protocol, hour, connection, logged, folded, duplicates, quarantined)
VALUES (%s, date_trunc('hour', %s::timestamptz, 'UTC'), pg_backend_pid(), %s, %s, %s, %s)
ON CONFLICT (protocol, hour, connection) DO UPDATE SET logged = c.logged + EXCLUDED.logged,
    folded = c.folded + EXCLUDED.folded, duplicates = c.duplicates + EXCLUDED.duplicates,
    quarantined = c.quarantined + EXCLUDED.quarantined
"""
_COMPACT = """
WITH gone AS (DELETE FROM signals_counted WHERE hour < %s AND connection <> 0
              RETURNING protocol, hour, logged, folded, duplicates, quarantined),
sums AS (SELECT protocol, hour, sum(logged) AS logged, sum(folded) AS folded, sum(duplicates) AS duplicates,
                sum(quarantined) AS quarantined FROM gone GROUP BY protocol, hour)
INSERT INTO signals_counted AS c (protocol, hour, connection, logged, folded, duplicates, quarantined)
SELECT protocol, hour, 0, logged, folded, duplicates, quarantined FROM sums
ON CONFLICT (protocol, hour, connection) DO UPDATE SET logged = c.logged + EXCLUDED.logged,
    folded = c.folded + EXCLUDED.folded, duplicates = c.duplicates + EXCLUDED.duplicates,
    quarantined = c.quarantined + EXCLUDED.quarantined
"""


def count(envelopes: Sequence[Envelope], verdicts: Iterable[Verdict]) -> None:
    """Add a batch; inside the transaction that keeps it. What was quarantined on the way is counted there."""
    found = Counter(
        (envelope.protocol, type(verdict))
        for envelope, verdict in zip(envelopes, verdicts, strict=True)
        if envelope.kind != BY_HOUSE and type(verdict) is not Quarantined
    )
    own = logbook.cursor()
    for protocol in {protocol for protocol, _word in found}:
        _add(own, protocol, [found[protocol, word] for word in WORDS])


def count_quarantined(protocol: str) -> None:
    """Add one that went to quarantine; inside the transaction that keeps it."""
    _add(logbook.cursor(), protocol, [0, 0, 0, 1])


def _add(own: psycopg.Cursor[Any], protocol: str, numbers: list[int]) -> None:
    own.execute(_ADD, [protocol, clock.now(), *numbers], prepare=True)


@dataclass(frozen=True, slots=True)
class Sums:
    """What became of the signals of one protocol."""

    logged: int = 0
    folded: int = 0
    duplicates: int = 0
    quarantined: int = 0

    @property
    def together(self) -> int:
        """All of them: as many as were sent."""
        return self.logged + self.folded + self.duplicates + self.quarantined

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) - getattr(other, name) for name in NAMES))


def sums(since: datetime | None = None) -> dict[str, Sums]:
    """The sums by protocol, of the hour of `since` and all after it (None: as long as they are kept)."""
    rows = Counted.objects.all()
    if since is not None:
        rows = rows.filter(hour__gte=_hour(since))
    found: Any = rows.values("protocol").order_by("protocol").annotate(**{f"sum_{name}": Sum(name) for name in NAMES})
    return {row["protocol"]: Sums(*(row[f"sum_{name}"] for name in NAMES)) for row in found}


def by_hour(since: datetime) -> list[tuple[datetime, str, Sums]]:
    """(hour, protocol, sums), oldest first, from the hour of `since` on."""
    rows = Counted.objects.filter(hour__gte=_hour(since)).values("hour", "protocol").order_by("hour", "protocol")
    found: Any = rows.annotate(**{f"sum_{name}": Sum(name) for name in NAMES})
    return [(row["hour"], row["protocol"], Sums(*(row[f"sum_{name}"] for name in NAMES))) for row in found]


def read_since(text: str) -> datetime:
    """`30m`, `24h`, `7d` before now, or an ISO 8601 moment with its zone. Raises ValueError with a sentence."""
    found = _AGO.fullmatch(text.strip())
    if found:
        return clock.now() - timedelta(**{_UNITS[found["unit"]]: int(found["n"])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise ValueError(f"«{text}» is no moment: write 24h, 7d or 2026-05-20T08:00+08:00") from fault
    if moment.tzinfo is None:
        raise ValueError(f"«{text}» names no time zone: write 2026-05-20T08:00+08:00")
    return moment


def compact() -> int:
    """Put the connections of hours past together; how many rows there were. Nobody writes into those any more."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COMPACT, [_hour(clock.now()) - timedelta(hours=1)])
        return cursor.rowcount


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
