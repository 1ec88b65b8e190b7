"""Quarantine: nothing is lost, identical reasons fold, a fix brings the frames back, hostile senders are a signal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.base import clock
from linli.base.models import Outbox
from linli.signals import quarantine
from linli.signals.accept import accept
from linli.signals.declarations import SignalKind
from linli.signals.envelope import Accepted, Quarantined
from linli.signals.models import Quarantine
from linli.signals.registry import signal_kinds

from .conftest import NOON, envelope

SECOND = timedelta(seconds=1)


def refuse(raw, reason="bad-crc", source="dc09:@198.51.100.7", at=NOON):
    with clock.at(at):
        return quarantine.quarantine("dc09", source, reason, raw, "TCP")


def test_identical_reasons_of_one_source_fold_and_every_frame_is_kept(db):
    first = refuse(b"\nAAAA\r")
    assert refuse(b"\nAAAA\r", at=NOON + SECOND) == refuse(b"\nBBBB\r", at=NOON + 2 * SECOND) == first
    assert refuse(b"\nAAAA\r", reason="bad-length").id != first.id
    assert refuse(b"\nAAAA\r", source="dc09:@198.51.100.8").id != first.id
    row = Quarantine.objects.get(pk=first.id)
    assert (row.count, row.last_seen - row.first_seen) == (3, 2 * SECOND)
    assert [bytes(frame.raw) for frame in row.frames.all()] == [b"\nAAAA\r", b"\nBBBB\r"]
    assert Outbox.objects.filter(topic="signal.quarantined").count() == 3


def test_beyond_a_thousand_frames_of_one_reason_only_the_count_goes_on(db, monkeypatch):
    monkeypatch.setattr(quarantine, "FRAMES_KEPT", 3)
    for number in range(6):
        refuse(b"%d" % number)
    row = Quarantine.objects.get()
    assert (row.count, row.frames.count()) == (6, 3)


def test_text_that_the_store_cannot_hold_is_kept_readable(db):
    refuse(b"\x00\xff", source="dc09:\x00\ud800", reason="bad")
    assert Quarantine.objects.get().source == "dc09:\ufffd?"


def test_twenty_refused_frames_in_ten_minutes_are_a_hostile_sender_once(db, heard):
    for number in range(45):
        refuse(b"%d" % number, at=NOON + number * SECOND)
    [signal] = heard()
    assert (signal.kind, signal.source, signal.values) == (
        "security.sender",
        "dc09:@198.51.100.7",
        {"refused": 20, "reason": "bad-crc"},
    )
    for number in range(20):
        refuse(b"x%d" % number, at=NOON + timedelta(minutes=30) + number * SECOND)
    assert len(heard()) == 2


def test_slow_faults_and_senders_ahead_of_us_are_not_hostile(db, heard):
    for number in range(30):
        refuse(b"%d" % number, at=NOON + number * timedelta(minutes=1))
        refuse(b"%d" % number, reason="unknown-type")
    assert heard() == []


def test_after_a_fix_what_was_refused_is_accepted_as_it_came(line, heard):
    said = replace(envelope("alarm.dragon", raw=b"\nraw\r", values={"zone": "7"}), place=(117.5, 30.6), sequence="0009")
    [refused] = accept(
        [
            said,
        ]
    )
    assert isinstance(refused, Quarantined)
    [still] = quarantine.replay([refused.id])
    assert (still.verdicts, still.reason) == ((), "unknown-kind")
    signal_kinds.install([SignalKind(key="alarm.dragon", label="dragon")])
    [done] = quarantine.replay([refused.id])
    assert isinstance(done.verdicts[0], Accepted)
    [row] = heard()
    assert (row.kind, row.sequence, row.occurred_at, bytes(row.raw), row.values) == (
        "alarm.dragon", "0009", NOON, b"\nraw\r", {"extra": {"zone": "7"}},
    )  # fmt: skip
    assert (row.lng, row.asset_id) == (117.5, line.asset_id)
    assert Quarantine.objects.get().replayed_at is not None
    assert quarantine.replay([refused.id]) == [] and len(heard()) == 1


def test_after_a_replay_the_same_reason_is_a_new_row(line):
    [first] = accept([envelope("alarm.dragon")])
    Quarantine.objects.update(replayed_at=NOON)
    [second] = accept([envelope("alarm.dragon", sequence="2")])
    assert second.id != first.id


def test_a_protocol_without_a_reader_says_so(db):
    with clock.at(NOON):
        kept = quarantine.quarantine("morse", "morse:1", "unreadable", b"...---...")
    assert [done.reason for done in quarantine.replay(source="morse:1")] == ["no-reader"]
    assert Quarantine.objects.get(pk=kept.id).replayed_at is None


@pytest.mark.parametrize("size", [300_000])
def test_a_monster_is_kept_up_to_a_limit(db, size):
    refuse(b"x" * size)
    assert len(Quarantine.objects.get().frames.get().raw) == quarantine.MOST_KEPT
