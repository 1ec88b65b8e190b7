"""`linli ops check`: everything that an operator would look at one after the other, at once."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.refusal import Refusal
from linli.site import postgres
from linli.site.ops import server

LEAST_FREE = 2 * 1024**3
LEAST_SHARE = 0.10
MOST_DRIFT = timedelta(seconds=2)
MOST_WAITING = {"outbox": 1000, "rules": 5000}
_TIME_ERROR = 5  # what adjtimex(2) returns for a clock that nothing keeps right


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, whether it is well, and what was seen (a sentence with figures; what to do when it is not)."""

    part: str
    well: bool
    text: str


def findings(var: Path, secrets: dict[str, str]) -> list[Finding]:
    """Everything, in order; what cannot be looked at is a fault and hides nothing else."""
    found = [_disk(var), _clock_kept()]
    was_open = bool(os.environ.get("DATABASE_URL")) or bool(postgres.running(var))
    try:
        with server.at_work(var, secrets) as store:
            for look in (_database, _database_clock, _migrations, _declarations, _ledger, _queues, _quarantine, _bus):
                found += _guarded(look, store)
            found += _guarded(_parts, store) if was_open else [_closed()]
            connections.close_all()
    except Refusal as refusal:
        found.append(Finding("database", False, refusal.text()))
    return found


def _guarded(look: Callable[[postgres.Server], Iterator[Finding]], store: postgres.Server) -> list[Finding]:
    try:
        return list(look(store))
    except (DatabaseError, psycopg.Error, Refusal) as fault:
        first = str(fault).strip().partition("\n")[0]
        return [Finding(look.__name__.strip("_"), False, _("cannot be looked at: {reason}").format(reason=first))]


def _disk(var: Path) -> Finding:
    use = shutil.disk_usage(var)
    well = use.free >= LEAST_FREE and use.free >= LEAST_SHARE * use.total
    said = _("{free:.1f} GB free of {total:.1f} GB") if well else _("{free:.1f} GB free of {total:.1f} GB: make room")
    return Finding("disk", well, said.format(free=use.free / 1e9, total=use.total / 1e9))


def _clock_kept() -> Finding:
    """Whether the kernel says that something (NTP, PTP) keeps the machine's clock right."""
    if sys.platform != "linux":
        return Finding("clock", True, _("this system does not say whether its clock is kept right"))
    nothing_changed = ctypes.create_string_buffer(512)  # struct timex with modes = 0: only asks
    kept = ctypes.CDLL(None).adjtimex(nothing_changed) not in (_TIME_ERROR, -1)
    return Finding("clock", kept, _("kept right") if kept else _("nothing keeps it right: set up NTP (chrony)"))


def _database(store: postgres.Server) -> Iterator[Finding]:
    with store.connect(store.database) as connection:
        version = connection.info.parameter_status("server_version")
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    for alias in ("default", "owner", "gate"):
        connections[alias].ensure_connection()
    yield Finding("database", True, _("PostgreSQL {version}, {size:.0f} MB").format(version=version, size=size / 1e6))


def _database_clock(store: postgres.Server) -> Iterator[Finding]:
    with store.connect() as connection:
        (theirs,) = connection.execute("SELECT clock_timestamp()").fetchone() or (datetime.now(UTC),)
    drift = abs(clock.now() - theirs)
    text = _("{seconds:.2f} s from the database's").format(seconds=drift.total_seconds())
    yield Finding("clock of the database", drift <= MOST_DRIFT, text)


def _migrations(store: postgres.Server) -> Iterator[Finding]:
    from linli.site.ops.upgrade import pending

    waiting = pending()
    text = _("in the state of this version")
    if waiting:
        text = _("{count} steps wait: `linli ops upgrade`").format(count=len(waiting))
    yield Finding("state of the data", not waiting, text)


def _declarations(store: postgres.Server) -> Iterator[Finding]:
    from linli.site.checks import faults

    errors, warnings = faults()
    text = "; ".join(f"{message.id} {message.msg}" for message in errors) or _("{count} warnings").format(
        count=len(warnings)
    )
    yield Finding("start-up checks", not errors, text)


def _ledger(store: postgres.Server) -> Iterator[Finding]:
    from linli.access import ledger

    faults = ledger.verify()
    text = "; ".join(map(str, faults[:5])) or _("every line as it was written")
    yield Finding("ledger", not faults, text)


def _queues(store: postgres.Server) -> Iterator[Finding]:
    with store.connect(store.database) as connection:
        lengths = {
            "outbox": "SELECT count(*) FROM base_outbox WHERE event_id IS NULL",
            "rules": "SELECT COALESCE((SELECT max(log_id) FROM signals_log), 0)"
            " - COALESCE((SELECT max(log_id) FROM signals_cursor WHERE reader = 'follow'), 0)",
        }
        for name, question in lengths.items():
            (waiting,) = connection.execute(question).fetchone() or (0,)
            yield Finding(f"queue: {name}", waiting < MOST_WAITING[name], _("{count} wait").format(count=waiting))


def _quarantine(store: postgres.Server) -> Iterator[Finding]:
    with store.connect(store.database) as connection:
        (open_,) = connection.execute(
            "SELECT count(*) FROM signals_quarantine WHERE replayed_at IS NULL"
        ).fetchone() or (0,)
    yield Finding("quarantine", True, _("{count} kept: `linli signals quarantine`").format(count=open_))


def _parts(store: postgres.Server) -> Iterator[Finding]:
    from linli.signals import listening
    from linli.site.gateways import GATEWAYS
    from linli.site.health import parts

    for part in parts():
        if part.name not in ("database", "outbox"):
            yield Finding(part.name, part.well, part.text)
    hearing = listening.listening_now(clock.now())
    for key in ("http", *(gateway.key for gateway in GATEWAYS)):
        text = _("listens") if key in hearing else _("does not listen; see its log, then restart it")
        yield Finding(f"gateway: {key}", key in hearing, text)


def _bus(store: postgres.Server) -> Iterator[Finding]:
    """Opened with its proof, as a gateway does; nothing to say without NATS_URL."""
    from linli.signals.bus import outward
    from linli.signals.bus.client import STREAM, BusAway

    bus = outward.from_environment()
    if bus is None:
        return
    try:
        state = bus.open().call(bus.stream.stream_info(STREAM), 5.0).state
    except BusAway as fault:
        yield Finding("bus", False, _("cannot be looked at: {reason}").format(reason=fault))
    else:
        yield Finding("bus", True, _("keeps what it acknowledges; {count} wait").format(count=state.messages))
    finally:
        bus.close()


def _closed() -> Finding:
    return Finding("house", True, _("closed; nobody listens until `make run`"))
