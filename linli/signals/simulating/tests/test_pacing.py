"""Pace, mix and the sender's book: nothing lost in counting, whatever comes back."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.signals.simulating.book import Book
from linli.signals.simulating.counting import Count, Tally
from linli.signals.simulating.device import Heard, Say
from linli.signals.simulating.pacing import MIX, Mix, Pace, Step, read_mix

steps = st.lists(st.builds(Step, st.floats(0.1, 100), st.floats(0, 5_000)), min_size=1, max_size=6)


@given(steps, st.lists(st.floats(0, 700), max_size=40))
def test_what_is_given_out_is_what_should_have_gone(steps, moments):
    """However often and late we ask, together it is what the plan says by the last moment: no burst is lost."""
    pace, given_out = Pace(steps), 0
    for moment in sorted(moments):
        count = pace.due(moment)
        assert count >= 0
        given_out += count
        assert abs(given_out - pace.total(moment)) < 1.001
    if moments and max(moments) >= pace.seconds:
        assert abs(given_out - sum(step.seconds * step.rate for step in steps)) < 1.001


def test_the_mix_keeps_to_its_weights_and_the_share_of_rubbish():
    mix = Mix(random.Random(1), {"heartbeat": 3, "alarm": 1}, bad=0.2)
    drawn = Counter(mix.draw() for _ in range(20_000))
    assert drawn["rubbish"] == pytest.approx(4_000, rel=0.1)
    assert drawn["heartbeat"] == pytest.approx(12_000, rel=0.05)
    assert drawn["alarm"] == pytest.approx(4_000, rel=0.1)


@pytest.mark.parametrize("text", ["siren=1", "alarm=-1", "alarm=0", "alarm=many", ""])
def test_a_mix_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError):
        read_mix(text)


def test_the_usual_mix_can_be_written_and_read():
    assert read_mix(",".join(f"{name}={weight}" for name, weight in MIX.items())) == MIX


keys = st.integers(0, 5)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("send"), keys, st.integers(0, 3)),
        st.tuples(st.just("acknowledge"), keys),
        st.tuples(st.just("refuse"), keys),
        st.tuples(st.just("wait"), st.floats(0, 12)),
        st.tuples(st.just("cut"), st.none()),
    ),
    max_size=60,
)


@given(deeds)
def test_every_message_ends_in_exactly_one_column(deeds):
    """sent = acknowledged + refused + unanswered + unasked, whatever a receiver answers."""
    tally = Tally(keep_list=True)
    book, now = Book(tally, "D1", again_after=5, tries=2), 0.0
    for name, value, *rest in deeds:
        if name == "send":
            book.sent(Say(b"x", value or None, "alarm", rest[0]), now)
        elif name == "acknowledge":
            book.heard(Heard(acknowledged=[value]), now)
        elif name == "refuse":
            book.heard(Heard(refused=[value]), now)
        elif name == "wait":
            now += value
            list(book.due_again(now))
        else:
            book.cut()
    book.close()
    for count in tally.counts.values():
        assert count.sent == count.acknowledged + count.refused + count.unanswered + count.unasked
    assert len(tally.acknowledged) == tally.counts["alarm"].acknowledged if "alarm" in tally.counts else True
    assert len(book) == 0


def test_an_unanswered_message_is_sent_again_and_its_second_answer_counted_apart():
    tally = Tally()
    book = Book(tally, "D1", again_after=5, tries=3)
    book.sent(Say(b"alarm", 7, "alarm", 2), 0.0)
    assert list(book.due_again(4.9)) == []
    assert list(book.due_again(5.0)) == [b"alarm"]
    book.heard(Heard(acknowledged=[7]), 6.0)
    book.heard(Heard(acknowledged=[7, 8]), 6.1)
    assert tally.counts["alarm"] == Count(sent=1, resent=1, acknowledged=1, again=1, signals=4, unanswered_signals=0)
    assert tally.stray == 1
    assert tally.latencies["alarm"].share(0.99) == 6.0
