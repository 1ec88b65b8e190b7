"""Any bytes into the reader: no exception but the declared one, bounded work."""

from __future__ import annotations

from datetime import UTC, datetime

from linli.signals.gateways.cap.vectors import answer


def fuzz(data: bytes) -> None:
    """Read `data` as a document."""
    answer(data, (), datetime(2026, 7, 1, tzinfo=UTC))
