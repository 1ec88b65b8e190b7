"""Pages by keyset: every row once, both ways, also where values are empty or equal."""

from __future__ import annotations

import pytest

from linli.accounts.models import Body
from linli.base import clock
from linli.base.models import Outbox
from linli.ui.paging import PageLost, one_direction, page

ORDERS = [("key",), ("-key",), ("kind",), ("-kind",), ("ends_on",), ("-ends_on",), ("parent__name",), ("kind", "name")]


def _rows():
    return Body.objects.filter(key__startswith="specimen").select_related("parent")


def _walk(order, size):
    seen, after = [], ""
    while True:
        found = page(_rows(), order, size, after=after)
        seen.append([row.pk for row in found.rows])
        if not found.after:
            return seen, found
        after = found.after


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 5, 12, 50])
def test_all_rows_once_forwards_and_back(bodies, order, size):
    pages, last = _walk(order, size)
    flat = [key for keys in pages for key in keys]
    assert len(flat) == len(set(flat)) == 12

    back, before = [pages[-1]], last.before
    while before:
        found = page(_rows(), order, size, before=before)
        back.insert(0, [row.pk for row in found.rows])
        before = found.before
    assert [key for keys in back for key in keys] == flat


def test_the_order_is_that_of_the_database(bodies):
    pages, _last = _walk(("-ends_on",), 4)
    by_hand = _rows().order_by("-ends_on", "-pk").values_list("pk", flat=True)
    assert [key for keys in pages for key in keys] == list(by_hand)


def test_a_row_that_comes_in_between_moves_nothing(bodies):
    first = page(_rows(), ("key",), 4)
    Body.objects.create(key="specimen-00a", name="演示·后来", kind="fire", area_path="34")
    second = page(_rows(), ("key",), 4, after=first.after)
    assert [row.key for row in second.rows] == [f"specimen-{number:02d}" for number in range(4, 8)]


def test_one_comparison_of_rows_reaches_the_page(bodies, django_assert_num_queries):
    first = page(_rows(), ("key",), 4)
    with django_assert_num_queries(1) as captured:
        page(_rows(), ("key",), 4, after=first.after)
    sql = captured.captured_queries[0]["sql"]
    assert '("accounts_body"."key", "accounts_body"."id") > (' in sql and "OFFSET" not in sql


@pytest.mark.parametrize("mark", ["x", "W10", "WyJhIl0", "eyJhIjoxfQ"])
def test_a_mark_that_cannot_be_read_is_refused(bodies, mark):
    with pytest.raises(PageLost):
        page(_rows(), ("ends_on",), 4, after=mark)


def test_moments_keep_their_microseconds(db):
    now = clock.now()
    Outbox.objects.bulk_create(Outbox(topic="a", at=now.replace(microsecond=number)) for number in range(5))
    first = page(Outbox.objects.all(), ("at",), 2)
    second = page(Outbox.objects.all(), ("at",), 2, after=first.after)
    assert [row.at.microsecond for row in second.rows] == [2, 3]


def test_an_order_of_two_directions_is_seen():
    assert one_direction(("a", "b")) and one_direction(("-a", "-b")) and not one_direction(("-a", "b"))
