"""What goes onto the bus comes off it unchanged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from linli.signals.bus import wire
from linli.signals.envelope import Envelope

NOON = datetime(2026, 5, 20, 4, 0, 0, 123456, tzinfo=UTC)
times = some.datetimes(timezones=some.just(UTC), min_value=datetime(1970, 1, 1))
texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=20)
envelopes = some.builds(
    Envelope,
    protocol=some.sampled_from(["dc09", "jt808"]),
    source=texts,
    kind=some.sampled_from(["alarm.fire", "status.heartbeat", "position"]),
    phase=some.sampled_from(["raised", "restored", "info"]),
    occurred_at=times,
    received_at=times,
    sequence=some.none() | texts,
    values=some.dictionaries(texts, some.none() | texts | some.booleans() | some.integers(-(2**53), 2**53)),
    late=some.booleans(),
    deviations=some.lists(texts, max_size=3).map(tuple),
    trust=some.sampled_from(["authenticated", "registered", "unregistered"]),
    place=some.none() | some.tuples(some.floats(-180, 180), some.floats(-90, 90)),
    raw=some.none() | some.binary(max_size=100),
    body=some.binary(max_size=100),
    item=some.integers(0, 100),
    clock_skew_seconds=some.none() | some.floats(-1e9, 1e9),
    asset_id=some.none() | some.uuids().map(lambda key: UUID(bytes=key.bytes)),
)


@given(envelopes)
def test_an_envelope_comes_off_the_bus_as_it_went_on(envelope: Envelope) -> None:
    """Field by field, times to the microsecond, and with the same fingerprint."""
    back = wire.read(wire.message(envelope).data)
    assert back == envelope
    assert isinstance(back, Envelope) and back.fingerprint() == envelope.fingerprint()


def test_the_key_is_the_fingerprint_but_signs_of_life_are_told_apart() -> None:
    """Heartbeats are equal by nature: a bus that dropped the second would let a living device fall silent."""
    said: dict[str, Any] = {"protocol": "dc09", "source": "dc09:A", "phase": "info", "occurred_at": NOON}
    alarm = Envelope(**said, kind="alarm.fire", received_at=NOON)
    assert wire.message(alarm).key == alarm.fingerprint().hex()
    beats = [
        Envelope(**said, kind="status.heartbeat", received_at=NOON + timedelta(seconds=second)) for second in range(3)
    ]
    assert len({wire.message(beat).key for beat in beats}) == 3
    assert wire.message(beats[0]).key == wire.message(beats[0]).key


def test_a_note_comes_off_the_bus_as_it_went_on() -> None:
    """Bytes nobody could read, and bytes that are gone."""
    for raw in (b"\n\x00\xff", None):
        note = wire.Note("dc09", "dc09:@10.0.0.1", "bad_crc", raw, "tcp", NOON)
        assert wire.read(wire.message(note).data) == note


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"what":"signal"}', b'{"what":"note","raw":"*"}', b"7"])
def test_what_is_none_of_ours_is_said_so(data: bytes) -> None:
    """For quarantine."""
    with pytest.raises(wire.Unreadable):
        wire.read(data)
