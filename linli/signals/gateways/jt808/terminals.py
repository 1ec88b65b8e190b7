"""The registered terminals: lines of protocol `jt808`, and what the gateway knows of each between connections."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from linli.base.sealing import SealBroken, unseal
from linli.signals.gateways.jt808.bodies import Registration
from linli.signals.gateways.jt808.mapping import Memory
from linli.signals.gateways.jt808.reply import NO_SUCH_TERMINAL, NO_SUCH_VEHICLE, OK

WRONG_CODES, BACK_OFF = 3, timedelta(minutes=10)
NOTED_EVERY = timedelta(seconds=30)
HEARTBEAT_SECONDS = 60


@dataclass(slots=True)
class Known:
    """One registered terminal. `settings`: of its line (`plate`, `resting`); `patience`: seconds of silence borne."""

    identity: str
    asset_type: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    sealed_code: bytes | None = None
    patience: float = 3.0 * HEARTBEAT_SECONDS
    terminal_id: str = ""
    code_digest: bytes | None = None
    registered_at: datetime | None = None
    wrong_codes: int = 0
    blocked_until: datetime | None = None
    about: dict[str, Any] | None = None
    memory: Memory = field(default_factory=Memory)
    stored: tuple[int, datetime | None] = (0, None)
    changed: bool = False

    @property
    def hazmat(self) -> bool:
        """Whether it carries a hazardous load."""
        return self.asset_type.startswith("hazmat.") or bool(self.settings.get("hazmat"))

    @property
    def resting(self) -> bool:
        """A body-worn terminal whose wearer is off duty: where it is is nobody's business."""
        return bool(self.settings.get("resting"))

    def register(self, said: Registration, now: datetime) -> tuple[int, str]:
        """The result of a registration, and the new code; the old one is void."""
        wanted = self.settings.get("plate")
        if wanted and said.plate != wanted:
            return NO_SUCH_VEHICLE, ""
        if self.terminal_id and said.terminal != self.terminal_id:
            return NO_SUCH_TERMINAL, ""
        code = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
        self.terminal_id, self.registered_at = said.terminal[:40], now
        self.code_digest = digest(code, self.identity, self.terminal_id)
        self.changed = True
        return OK, code

    def admits(self, code: str, now: datetime) -> bool:
        """Whether this is its code: the one it was given, or the one a person entered on its line. Counts wrong ones:
        after the third it is refused for ten minutes."""
        if self.blocked_until is not None and now < self.blocked_until:
            return False
        given = self.code_digest is not None and hmac.compare_digest(
            digest(code, self.identity, self.terminal_id), self.code_digest
        )
        right = given or (self.sealed_code is not None and _is_sealed(code, self.sealed_code, self.identity))
        if right and not self.wrong_codes:
            return True
        self.changed = True
        self.wrong_codes = 0 if right else self.wrong_codes + 1
        if self.wrong_codes >= WRONG_CODES:
            self.wrong_codes, self.blocked_until = 0, now + BACK_OFF
        return right

    @property
    def must_be_saved(self) -> bool:
        """Whether what is stored of it is no longer so (the newest report's time: within half a minute)."""
        bits, reported_at = self.stored
        newest = self.memory.reported_at
        moved = newest is not None and (reported_at is None or newest - reported_at >= NOTED_EVERY)
        return self.changed or moved or bits != self.memory.bits


def digest(code: str, identity: str, terminal_id: str) -> bytes:
    """SHA-256 of a code, bound to phone and terminal. The codes are 128 random bits: nothing slower is needed."""
    return hashlib.sha256(f"{identity}\x00{terminal_id}\x00{code}".encode()).digest()


def _is_sealed(code: str, sealed: bytes, identity: str) -> bool:
    try:
        return hmac.compare_digest(unseal(sealed, f"jt808:{identity}"), code.encode())
    except SealBroken:
        return False


_FIND = """
SELECT l.identity, a.type, l.settings, l.sealed_key,
       COALESCE(EXTRACT(epoch FROM a.supervision)::int, l.interval_seconds, %s),
       t.terminal_id, t.code_digest, t.registered_at, t.wrong_codes, t.blocked_until, t.bits, t.reported_at
FROM signals_line l JOIN registers_asset a ON a.id = l.asset_id
LEFT JOIN signals_terminal t ON t.identity = l.identity
WHERE l.protocol = 'jt808' AND l.identity = ANY(%s) AND l.during @> %s
"""
_SAVE = """
INSERT INTO signals_terminal AS t (identity, terminal_id, code_digest, registered_at, wrong_codes, blocked_until, bits,
                                   reported_at, about)
SELECT identity, terminal_id, code_digest, registered_at, wrong_codes, blocked_until, bits, reported_at,
       COALESCE(about::jsonb, '{}')
FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::timestamptz[], %s::int[], %s::timestamptz[], %s::bigint[],
            %s::timestamptz[], %s::text[])
     AS n(identity, terminal_id, code_digest, registered_at, wrong_codes, blocked_until, bits, reported_at, about)
ON CONFLICT (identity) DO UPDATE SET terminal_id = EXCLUDED.terminal_id, code_digest = EXCLUDED.code_digest,
    registered_at = EXCLUDED.registered_at, wrong_codes = EXCLUDED.wrong_codes,
    blocked_until = EXCLUDED.blocked_until, bits = EXCLUDED.bits, reported_at = EXCLUDED.reported_at,
    about = CASE WHEN EXCLUDED.about = '{}' THEN t.about ELSE EXCLUDED.about END
"""


def find(identities: Iterable[str], at: datetime) -> dict[str, Known]:
    """The registered ones of these identities at a moment: one query."""
    wanted = list(identities)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [HEARTBEAT_SECONDS, wanted, at])
        return {row[0]: _known(*row) for row in cursor.fetchall()}


def _known(
    identity: str, type_: str, settings: Any, sealed: Any, interval: int, terminal_id: str | None, code: Any,
    registered_at: datetime | None, wrong: int | None, blocked: datetime | None, bits: int | None,
    reported_at: datetime | None,
) -> Known:  # fmt: skip
    return Known(
        identity,
        type_,
        orjson.loads(settings) if isinstance(settings, str) else settings,
        bytes(sealed) if sealed else None,
        3.0 * interval,
        terminal_id or "",
        bytes(code) if code else None,
        registered_at,
        wrong or 0,
        blocked,
        memory=Memory(bits or 0, reported_at),
        stored=(bits or 0, reported_at),
    )


def save(terminals: Iterable[Known]) -> None:
    """Store those of whom something else is so now; in order of identity, so that two writers never wait in a ring."""
    rows = sorted((_row(known) for known in terminals if known.must_be_saved), key=lambda row: str(row[0]))
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SAVE, [list(column) for column in zip(*rows, strict=True)])


def _row(known: Known) -> tuple[Any, ...]:
    about = orjson.dumps(known.about).decode() if known.about else None
    return (
        known.identity, known.terminal_id, known.code_digest, known.registered_at, known.wrong_codes,
        known.blocked_until, known.memory.bits, known.memory.reported_at, about,
    )  # fmt: skip
