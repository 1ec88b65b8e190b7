"""One declaration, one address: filters, chips, what is dropped, what cannot be read, how many queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import translation

from linli.accounts.models import Body
from linli.base import clock
from linli.base.models import Outbox
from linli.ui import listing as listing_module
from linli.ui.listing import Listing
from linli.ui.tests.conftest import BODIES, EVENTS


def listed(address, spec=BODIES):
    return Listing(spec, QueryDict(address))


def keys(address):
    return [int(row.key[-2:]) for row in listed(address).page().rows]


@pytest.mark.parametrize(
    "address, found",
    [
        ("", list(range(12))),
        ("kind=fire", [1, 4, 7, 10]),
        ("kind=fire&kind=police", [0, 1, 3, 4, 6, 7, 9, 10]),
        ("open=false", [0, 3, 6, 9]),
        ("open=true&kind=police", []),
        ("area=34.3417.341722", [6, 7, 8, 9, 10, 11]),
        ("area=34.3417", list(range(12))),
        ("called=07", [7]),
        ("q=SPECIMEN-1", [10, 11]),
        ("order=-name", list(range(11, -1, -1))),
        ("kind=&area=&order=", list(range(12))),
    ],
)
def test_what_an_address_finds(bodies, address, found):
    assert keys(address) == found


def test_days_are_days_of_the_city(db):
    for hour in (15, 16, 17):  # 16:00 UTC is midnight in the city
        Outbox.objects.create(topic=str(hour), at=datetime(2026, 5, 19, hour, tzinfo=clock.LOCAL) + timedelta(hours=8))
    rows = listed("at_from=2026-05-20&at_to=2026-05-20", EVENTS).page().rows
    assert sorted(row.topic for row in rows) == ["16", "17"]


def test_names_that_the_list_does_not_know_are_dropped_and_said(bodies):
    one = listed("kind=fire&parent__name=x&ends_on__lt=2026-01-01&order=kind&columns=name,secret")
    assert one.dropped == ["ends_on__lt", "parent__name", "order=kind", "columns=secret"]
    assert [row.kind for row in one.page().rows] == ["fire"] * 4
    assert one.address() == "?kind=fire&columns=name"


@pytest.mark.parametrize(
    "address, sentence",
    [
        ("kind=army", "类别: “army” is none of the choices of this filter."),
        ("ended_from=soon", "撤销日: Write the day as 2026-05-20."),
        ("area=34;drop", "地区: An area is written like 34.3417.341702."),
        ("under=x", "上级: A key is written like 0190f3c8-7b1e-7c1a-9f00-000000000000."),
    ],
)
def test_a_value_that_cannot_be_read_is_said_and_the_rest_applies(bodies, address, sentence):
    with translation.override("en"):
        one = listed(f"{address}&called=07")
        assert [fault.sentence for fault in one.faults] == [sentence]
        assert [chip.wrong for chip in one.chips() if chip.wrong] == [sentence]
    assert keys(f"{address}&called=07") == [7]


def test_chips_say_labels_and_lead_to_the_address_without_them(bodies):
    chips = listed("kind=fire&kind=police&ended_from=2026-05-01&q=演示&after=xyz").chips()
    assert [(chip.label, chip.value) for chip in chips][:2] == [("类别", "消防、公安"), ("撤销日", "≥ 2026-05-01")]
    assert chips[0].without == "?ended_from=2026-05-01&q=%E6%BC%94%E7%A4%BA"


def test_related_columns_cost_no_query_more(bodies, django_assert_num_queries):
    few, many = listed("called=07"), listed("")
    for one, rows in ((few, 1), (many, 12)):
        with django_assert_num_queries(1):
            found = one.page().rows
            assert len([row.parent.name if row.parent else "" for row in found]) == rows


def test_counting_stops_at_a_thousand_and_gives_up_when_slow(bodies, monkeypatch):
    assert listed("").count() == 12
    monkeypatch.setattr(listing_module, "COUNTED", 5)
    assert listed("").count() == 6
    monkeypatch.setattr(listing_module, "PATIENCE_MS", 50)
    slow = replace(BODIES, rows=lambda: Body.objects.extra(where=["pg_sleep(0.2) IS NOT NULL"]))
    assert listed("", slow).count() is None
    assert Body.objects.count() >= 12  # the transaction goes on


def test_columns_follow_the_address_in_its_order(bodies):
    assert [column.name for column in listed("columns=ends,name").columns] == ["ends", "name"]
    assert [column.name for column in listed("").columns] == ["name", "kind", "parent", "ends", "clock", "phone"]
