"""What came in is counted once, by what became of it; what the house says itself is not."""

from datetime import timedelta

import pytest
from django.db import transaction

from linli.base import clock, visibility
from linli.signals import sums
from linli.signals.accept import write
from linli.signals.models import Counted
from linli.signals.simulating.reconciling import reconcile
from linli.signals.sums import Sums
from linli.signals.tests.conftest import envelope


def test_each_verdict_is_counted_where_it_belongs(line):
    twice = envelope()
    with visibility.system():
        write([twice, envelope("status.heartbeat", "info"), twice, envelope("no.such.kind")])
    # The sender came online: that signal is the house's own.
    assert sums.sums() == {"dc09": Sums(logged=1, folded=1, duplicates=1, quarantined=1)}
    assert [(protocol, found.together) for _hour, protocol, found in sums.by_hour(clock.now())] == [("dc09", 4)]


def test_what_is_taken_back_is_not_counted(line):
    with pytest.raises(ZeroDivisionError), visibility.system(), transaction.atomic():
        write([envelope()])
        _ = 1 / 0
    assert sums.sums() == {}


def test_hours_past_are_put_together_and_say_the_same(db):
    long_ago = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=5)
    for connection, logged in ((11, 3), (12, 4)):
        Counted.objects.create(protocol="jt808", hour=long_ago, connection=connection, logged=logged)
    before = sums.sums()
    assert sums.compact() == 1 and sums.compact() == 0
    assert sums.sums() == before == {"jt808": Sums(logged=7)}
    assert Counted.objects.get().connection == 0


@pytest.mark.parametrize("text", ["yesterday", "", "2026-05-20T08:00", "5y"])
def test_a_beginning_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError):
        sums.read_since(text)


SENT = {"signals": 10, "unasked_signals": 2, "refused_signals": 1, "unanswered_signals": 0}


@pytest.mark.parametrize(
    ("house", "agrees"),
    [
        (Sums(6, 3, 1, 3), True),
        (Sums(6, 3, 0, 3), False),  # one acknowledged is not there
        (Sums(7, 3, 1, 3), False),  # one is there that nobody sent
        (Sums(6, 3, 1, 2), False),  # one bad frame was let drop
    ],
)
def test_the_sums_agree_or_do_not(house, agrees):
    assert reconcile("dc09", SENT, 2, house).agrees is agrees


def test_a_copy_without_an_answer_may_have_arrived_or_not():
    for arrived in (0, 1):
        house = Sums(6, 3, 1 + arrived, 3)
        assert reconcile("dc09", SENT | {"unanswered_signals": 1}, 2, house).agrees
