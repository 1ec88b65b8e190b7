"""The house's clock: UTC inside, Asia/Shanghai on screens. Tests and the demo set it; nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
_offset: ContextVar[timedelta] = ContextVar("linli_clock_offset", default=timedelta())
_frozen: ContextVar[datetime | None] = ContextVar("linli_clock_frozen", default=None)


def now() -> datetime:
    """This instant, aware, in UTC; the frozen or shifted one inside `at` and `shifted`."""
    frozen = _frozen.get()
    return frozen if frozen is not None else datetime.now(UTC) + _offset.get()


def local(moment: datetime) -> datetime:
    """The same instant on the city's wall clock."""
    return moment.astimezone(LOCAL)


def midnight(day: date) -> datetime:
    """The instant at which the local day `day` begins, in UTC."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` (aware) for tests and the demo loader."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let the clock run on, shifted by `by`."""
    token = _offset.set(_offset.get() + by)
    try:
        yield
    finally:
        _offset.reset(token)
