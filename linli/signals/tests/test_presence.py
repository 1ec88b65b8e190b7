"""Presence: a machine with evidence, driven by timers, blind to nothing but its own deafness (L11, L12, L31)."""

from datetime import timedelta

import pytest

from linli.base import clock
from linli.signals.accept import accept
from linli.signals.listening import Spans, beat
from linli.signals.models import AssetState, Interval, Listening
from linli.signals.presence import sweep

from .conftest import NOON, envelope, make_asset, make_line

SECOND = timedelta(seconds=1)


def poll(at, source="dc09:3417020001"):
    accept([envelope("status.heartbeat", "info", at=at, source=source, body=b"NULL")])


def listen(*spans, gateway="dc09"):
    for start, end in spans:
        Listening.objects.create(
            gateway=gateway, during=(NOON + start * SECOND, NOON + end * SECOND), beat_at=NOON + end * SECOND
        )


def at(second):
    """Let the sweep work until nothing is due at this second after noon."""
    moment = NOON + second * SECOND
    with clock.at(moment):
        while sweep():
            pass
    return AssetState.objects.get()


def history(what="presence"):
    rows = Interval.objects.filter(what=what).order_by("during")
    return [
        (row.value, *((end - NOON).total_seconds() if end else None for end in (row.during.lower, row.during.upper)))
        for row in rows
    ]


def test_late_after_three_intervals_offline_after_five_each_at_its_exact_moment(line, heard):
    listen((-10, 2000))
    poll(NOON)
    assert at(299.9).presence == "online"
    assert at(302).presence == "late"
    assert at(499).presence == "late"
    assert at(504).presence == "offline"
    assert history() == [("online", 0, 300), ("late", 300, 500), ("offline", 500, None)]
    assert [(row.kind, row.occurred_at - NOON, row.received_at - NOON) for row in heard(house=True)][2:] == [
        ("status.late", 300 * SECOND, 302 * SECOND),
        ("status.offline", 500 * SECOND, 504 * SECOND),
    ]


def test_a_message_in_the_last_microsecond_keeps_it_online(line):
    listen((-10, 2000))
    poll(NOON)
    poll(NOON + 300 * SECOND - timedelta(microseconds=1))
    assert at(300).presence == "online"
    assert at(599.9).presence == "online"
    assert at(600).presence == "late"


def test_limit_and_message_in_the_same_instant_still_end(line):
    listen((-10, 2000))
    poll(NOON)
    assert at(300).presence == "late"
    poll(NOON + 300 * SECOND)
    assert AssetState.objects.get().presence == "online"
    assert at(600).presence == "late"
    assert history() == [("online", 0, 300), ("online", 300, 600), ("late", 600, None)]


def test_it_comes_back_by_a_message_and_not_by_the_sweep(line):
    listen((-10, 5000))
    poll(NOON)
    assert at(900).presence == "offline"
    poll(NOON + 1000 * SECOND)
    assert at(1001).presence == "online"
    assert history() == [("online", 0, 300), ("late", 300, 500), ("offline", 500, 1000), ("online", 1000, None)]


def test_time_in_which_we_were_deaf_is_not_silence(line):
    listen((-10, 60), (7200, 9000))
    poll(NOON)
    assert at(7300).presence == "online"
    assert at(7200 + 239).presence == "online"
    assert at(7200 + 240).presence == "late"
    assert at(7200 + 440).presence == "offline"
    assert history()[0] == ("online", 0, 7440)


def test_while_we_are_deaf_nothing_is_judged(line):
    listen((-10, 60))
    poll(NOON)
    assert at(4000).presence == "online"


def test_a_restart_of_ours_with_many_devices_reports_none_of_them(db):
    for number in range(30):
        make_line(make_asset(f"AL-{number:04}"), str(number), interval_seconds=100)
        poll(NOON, source=f"dc09:{number}")
    listen((-10, 5), (3600, 3650))
    with clock.at(NOON + 3650 * SECOND):
        assert sweep() == 30
        assert sweep() == 0
    assert set(AssetState.objects.values_list("presence", flat=True)) == {"online"}


def test_supervised_for_a_day_after_the_last_sign_of_life(line):
    listen((-10, 90_000))
    poll(NOON)
    assert at(86_399).supervised
    assert not at(86_400).supervised
    assert history("supervised") == [("yes", 0, 86_400)]
    poll(NOON + 90_000 * SECOND)
    assert AssetState.objects.get().supervised
    assert history("supervised") == [("yes", 0, 86_400), ("yes", 90_000, None)]


def test_the_day_is_a_setting_of_the_asset(db):
    make_line(make_asset(settings={"supervised_hours": 2}), interval_seconds=100)
    listen((-10, 90_000))
    poll(NOON)
    assert at(7199).supervised and not at(7200).supervised


@pytest.mark.parametrize(
    ("line_seconds", "asset_interval", "late"),
    [(100, timedelta(seconds=900), 300), (None, timedelta(seconds=200), 600), (None, None, 10_800)],
)
def test_interval_of_the_line_else_of_the_asset_else_of_the_protocol(db, line_seconds, asset_interval, late):
    make_line(make_asset(supervision=asset_interval), interval_seconds=line_seconds)
    listen((-10, 90_000))
    poll(NOON)
    assert at(late - 1).presence == "online"
    assert at(late).presence == "late"


def test_a_shorter_interval_counts_from_the_next_message(line):
    listen((-10, 90_000))
    poll(NOON)
    type(line).objects.update(interval_seconds=10)
    poll(NOON + SECOND)
    assert at(31).presence == "late"


def test_beats_make_one_span_and_a_gap_over_fifteen_seconds_two(db):
    for second in (0, 5, 10, 24, 60, 65):
        with clock.at(NOON + second * SECOND):
            beat("dc09")
    spans = [(row.during.lower - NOON, row.during.upper - NOON) for row in Listening.objects.order_by("during")]
    assert spans == [(0 * SECOND, 24 * SECOND), (60 * SECOND, 65 * SECOND)]


def test_listened_time_is_counted_across_gaps():
    spans = Spans(((NOON, NOON + 10 * SECOND), (NOON + 20 * SECOND, NOON + 40 * SECOND)), open=True)
    assert spans.reached(NOON + 4 * SECOND, 6 * SECOND) == NOON + 10 * SECOND
    assert spans.reached(NOON + 4 * SECOND, 7 * SECOND) == NOON + 21 * SECOND
    assert spans.reached(NOON + 4 * SECOND, 27 * SECOND) is None
    assert spans.listened(NOON + 4 * SECOND, NOON + 25 * SECOND) == 11 * SECOND
