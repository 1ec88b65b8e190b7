"""`accept`: what was sent is logged, folded, a duplicate or in quarantine, and nothing else."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from linli.base.outbox import Outbox
from linli.signals.accept import accept, write
from linli.signals.envelope import Accepted, Duplicate, Folded, Quarantined
from linli.signals.follow import catch_up
from linli.signals.models import AssetState, FoldedCount, Interval, Quarantine, Signal

from .conftest import NOON, envelope, make_asset, make_line

SECOND = timedelta(seconds=1)


def test_a_signal_is_logged_with_its_asset_place_and_raw_bytes(line, heard):
    [verdict] = accept([envelope(values={"zone": "012", "code": "BA"}, raw=b"\n0000...\r", sequence="0001")])
    [row] = heard()
    assert isinstance(verdict, Accepted) and (verdict.id, verdict.log_id) == (row.id, row.log_id)
    assert (row.asset_id, row.area_path, row.lng, row.lat) == (line.asset_id, "34.3417.341702", 117.49, 30.66)
    assert (row.kind, row.values, bytes(row.raw)) == ("alarm.intrusion", {"zone": "012", "code": "BA"}, b"\n0000...\r")
    assert (row.trust, row.retention, row.sequence) == ("registered", "record", "0001")


def test_an_unknown_sender_is_stored_and_answered_all_the_same(db, heard):
    [verdict] = accept([envelope("alarm.panic", source="dc09:0000999")])
    [row] = heard()
    assert isinstance(verdict, Accepted)
    assert (row.source, row.trust, row.asset_id, row.area_path) == ("dc09:0000999", "unregistered", None, None)


def test_nobody_sees_a_row_outside_his_area(line):
    from linli.base import visibility

    accept([envelope(), envelope(source="dc09:0000999")])
    with visibility.seeing(["34.3417.341702"]):
        assert {row.asset_id for row in Signal.objects.all()} == {line.asset_id}
    with visibility.seeing(["34.3417.341721"]):
        assert Signal.objects.count() == 0
    assert Signal.objects.count() == 0


def test_the_same_frame_within_its_window_is_one_signal_and_after_it_is_news(line, heard):
    once = envelope(sequence="0001")
    [first] = accept([once])
    [again] = accept([replace(once, received_at=NOON + 599 * SECOND)])
    [later] = accept([replace(once, received_at=NOON + 601 * SECOND)])
    assert again == Duplicate(first.id)
    assert isinstance(later, Accepted) and later.id != first.id
    assert len(heard()) == 2


def test_repetitions_inside_one_batch_fold_too(line, heard):
    once = envelope(sequence="0001")
    first, second, other = accept([once, once, envelope(sequence="0002")])
    assert second == Duplicate(first.id) and isinstance(other, Accepted)
    third, fourth = accept([once, once])
    assert third == fourth == Duplicate(first.id)
    assert len(heard()) == 2


def test_one_frame_may_carry_several_signals(line, heard):
    verdicts = accept([envelope(sequence="0001", body=b"same", item=place) for place in range(3)])
    assert all(isinstance(verdict, Accepted) for verdict in verdicts)
    assert len(heard()) == 3


def test_heartbeats_move_the_state_and_are_counted_by_the_hour(line, heard):
    beats = [envelope("status.heartbeat", "info", at=NOON + place * 60 * SECOND, body=b"NULL") for place in range(90)]
    verdicts = accept(beats)
    assert set(verdicts) == {Folded(line.asset_id)}
    assert heard() == []
    counts = FoldedCount.objects.order_by("hour").values_list("hour", "count")
    assert list(counts) == [(NOON, 60), (NOON + timedelta(hours=1), 30)]
    assert AssetState.objects.get().last_seen == NOON + timedelta(minutes=89)


def test_the_first_sign_of_life_is_a_signal_of_its_own(line, heard):
    accept([envelope("status.heartbeat", "info"), envelope("status.heartbeat", "info", at=NOON + SECOND)])
    assert [row.kind for row in heard(house=True)] == ["status.online", "status.supervised"]
    spans = Interval.objects.order_by("what").values_list("what", "value", "during__startswith", "during__endswith")
    assert list(spans) == [("presence", "online", NOON, None), ("supervised", "yes", NOON, None)]
    assert Outbox.objects.filter(topic="asset.presence").count() == 1


def test_an_unknown_sender_that_polls_is_kept_once_an_hour(db, heard):
    poll = envelope("status.heartbeat", "info", source="dc09:0000999", body=b"NULL")
    verdicts = [accept([replace(poll, received_at=NOON + minute * 60 * SECOND)])[0] for minute in range(0, 90, 10)]
    assert Counter(type(verdict) for verdict in verdicts) == {Accepted: 2, Duplicate: 7}
    assert len(heard()) == 2


def test_a_bad_field_costs_the_field(line, heard):
    [verdict] = accept(
        [envelope("measure.temperature", "info", values={"temperature_c": "hot", "battery": 80, "x": 1})]
    )
    [row] = heard()
    assert isinstance(verdict, Accepted)
    assert row.values == {"battery": 80.0, "extra": {"x": 1}, "unread": {"temperature_c": "hot"}}
    assert row.deviations == ["values.temperature_c:unread"]


@pytest.mark.parametrize(
    ("place", "deviation"),
    [((0.0, 0.0), "place:no-fix"), ((float("nan"), 30.0), "place:no-fix"), ((-30.0, 30.0), "place:outside")],
)
def test_a_point_in_the_sea_costs_the_point(line, heard, place, deviation):
    accept([envelope(place=place)])
    [row] = heard()
    assert (row.lng, row.lat, row.deviations) == (117.49, 30.66, [deviation])


def test_a_clock_far_off_costs_the_time(line, heard):
    accept(
        [
            replace(envelope(), occurred_at=NOON + timedelta(days=2)),
            replace(envelope(), occurred_at=NOON - timedelta(days=4000)),
        ]
    )
    assert [(row.occurred_at, row.deviations) for row in heard()] == [(NOON, ["occurred_at:implausible"])]


def test_hostile_text_is_stored_without_harm(line, heard):
    nasty = {"text": "a\x00b", "deep": [[[[1]]]], "half": "\ud800", "big": 2**70, "nan": float("nan"), "n": {"\x00": 1}}
    [verdict] = accept([envelope(values=nasty)])
    assert isinstance(verdict, Accepted)
    assert heard()[0].values["text"] == "a\ufffdb"
    assert heard()[0].values["extra"]["big"] == str(2**70)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"kind": "alarm.dragon"}, "unknown-kind"),
        ({"raw": b"x" * 70_000}, "too-large"),
        ({"source": "dc09:" + "9" * 300}, "identity-too-long"),
        ({"source": "dc09:1\x002"}, "identity-unreadable"),
        ({"occurred_at": NOON.replace(tzinfo=None)}, "time-without-zone"),
        ({"values": {"text": "a", "x": "y" * 70_000}}, "values-too-large"),
    ],
)
def test_the_impossible_goes_to_quarantine_and_the_rest_of_the_batch_lives(line, heard, wrong, reason):
    verdicts = accept([envelope(sequence="1"), replace(envelope(), **wrong), envelope(sequence="2")])
    assert [type(verdict) for verdict in verdicts] == [Accepted, Quarantined, Accepted]
    row = Quarantine.objects.get()
    assert verdicts[1] == Quarantined(row.pk, reason) and row.reason == reason and row.frames.count() == 1
    assert len(heard()) == 2


def test_acknowledging_before_the_commit_is_impossible(transactional_db):
    with transaction.atomic(), pytest.raises(RuntimeError):
        accept([envelope()])


def test_everything_sent_is_accounted_for(line, heard):
    sent = [envelope(sequence=str(place % 40), kind=kind, phase="raised", body=b"b") for place in range(60)
            for kind in ("alarm.fire", "status.heartbeat", "alarm.dragon")]  # fmt: skip
    verdicts = accept(sent)
    count = Counter(type(verdict) for verdict in verdicts)
    assert count == {Accepted: 40, Folded: 60, Duplicate: 20, Quarantined: 60}
    assert len(heard()) == 40
    assert FoldedCount.objects.get().count == 60
    assert Quarantine.objects.get(reason="unknown-kind").count == 60


def test_the_log_is_numbered_in_the_order_of_commit(line, heard):
    for place in range(5):
        accept([envelope(sequence=str(place))])
    numbers = [row.log_id for row in heard()]
    assert numbers == sorted(set(numbers))
    assert [row.sequence for row in heard()] == list("01234")


def test_two_identities_of_one_asset_share_its_state(line, heard):
    make_line(line.asset, "backup", interval_seconds=90_000)
    accept(
        [
            envelope("fault.power.mains", values={"zone": "1"}),
            envelope("fault.power.mains", "restored", source="dc09:backup", at=NOON + SECOND, values={"zone": "1"}),
        ]
    )
    catch_up()
    state = AssetState.objects.get()
    assert state.faults == {}
    [span] = Interval.objects.filter(what="fault.power.mains:1")
    assert (span.during.lower, span.during.upper) == (NOON, NOON + SECOND)


def test_an_entrance_that_knows_the_asset_names_it(db, heard):
    gauge = make_asset("WL-1", type="water.gauge")
    accept(
        [
            envelope(
                "measure.water_level", "info", source="http:/chizhou/water", asset_id=gauge.pk, values={"level_m": 3.2}
            )
        ]
    )
    assert heard()[0].asset_id == gauge.pk
    assert AssetState.objects.get().presence == "online"


def test_a_persons_report_about_a_device_does_not_make_it_present(db, heard):
    gauge = make_asset("WL-1", type="water.gauge")
    accept([envelope("fault.component", source="round:77", asset_id=gauge.pk)])
    catch_up()
    state = AssetState.objects.get()
    assert (state.presence, state.last_seen, list(state.faults)) == ("never", None, ["fault.component"])


def test_positions_go_to_the_log_by_the_grain_or_while_somebody_follows(line, heard):
    def fix(second, **fields):
        return envelope("position", "info", at=NOON + second * SECOND, place=(117.5 + second / 1e5, 30.66), **fields)

    kinds = [type(verdict) for verdict in accept([fix(0), fix(10), fix(29), fix(30)])]
    assert kinds == [Accepted, Folded, Folded, Accepted]
    AssetState.objects.update(follow_until=NOON + 100 * SECOND)
    assert [type(verdict) for verdict in accept([fix(40), fix(50)])] == [Accepted, Accepted]
    [late] = accept([replace(fix(60), occurred_at=NOON + SECOND, late=True)])
    assert isinstance(late, Accepted)
    assert AssetState.objects.get().lng == 117.5 + 50 / 1e5
    assert {row.retention for row in heard()} == {"track"}


def test_written_inside_another_transaction_it_goes_with_it(line, heard):
    with transaction.atomic():
        write([envelope()])
        transaction.set_rollback(True)
    assert heard() == [] and not AssetState.objects.exists()
