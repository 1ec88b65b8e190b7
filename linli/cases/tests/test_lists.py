"""The lists that every kind of case has by its declaration, the one that mixes them, and the API of both."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.accounts import tokens
from linli.accounts.models import PostHolding
from linli.base import clock, visibility
from linli.cases.act import act, open_case
from linli.cases.declarations import Subject
from linli.cases.models import Case
from linli.cases.tests.test_pages import html, on_duty
from tests.specimen_pack.fixtures import CHIYANG, DONGZHI, GUICHI, a_body

KIND = "specimen_pack.fault"
LIST = f"/lists/{KIND}/"


@pytest.fixture
def people(waterworks):
    return on_duty("water_engineer", waterworks)


def some(number, actor, waterworks, area=CHIYANG, **detail):
    return [
        open_case(
            KIND,
            Subject(title=f"演示·消火栓 {index}", area_path=area, responsible=waterworks, lng=117.4, lat=30.6),
            {"fault": "weak", "pressure_kpa": 60, **detail},
            actor,
        ).case
        for index in range(number)
    ]


def shown(client, query=""):
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return html(answer).count("data-row=")


def test_the_list_shows_state_summary_and_clock(people, waterworks, specimen):
    client, actor = people
    some(2, actor, waterworks)
    page = html(client.get(LIST))
    assert reverse("cases:new", args=[KIND]) in page
    inspector, _ = on_duty("hydrant_inspector", a_body("fire", GUICHI), GUICHI, "jian")
    assert reverse("cases:new", args=[KIND]) not in html(inspector.get(LIST))
    for said in ("消火栓故障", "已报告", "压力不足", "确认", "演示·waterworks", "贵池-栓-2026-000002"):
        assert said in page, said


def test_every_filter_finds_what_it_says(people, waterworks, specimen):
    client, actor = people
    cases = some(3, actor, waterworks)
    some(1, actor, waterworks, DONGZHI, fault="dry", pressure_kpa=0)
    act(cases[0].pk, "confirm", actor)
    with visibility.system():
        Case.objects.filter(pk=cases[1].pk).update(due_at=clock.now(), priority=1)
        Case.objects.filter(pk=cases[2].pk).update(closed_at=clock.now(), opened_at=clock.now().replace(year=2024))
    for query, number in (
        ("", 4),
        ("?state=repair", 1),
        ("?state=repair&state=reported", 4),
        ("?open=false", 1),
        ("?open=true", 3),
        ("?overdue=True", 1),
        ("?priority=1", 1),
        (f"?area={GUICHI}", 3),
        ("?fault=dry", 1),
        ("?pressure_kpa_from=50", 3),
        ("?opened_to=2024-12-31", 1),
        (f"?body={waterworks.pk}", 4),
        ("?q=火栓", 4),
        ("?q=消火栓 东至", 1),
        ("?q=栓-2026-000003", 1),
        ("?q=银行", 0),
    ):
        assert shown(client, query) == number, query


def test_the_list_asks_as_often_for_thirty_rows_as_for_three(people, waterworks, specimen):
    """L35: no query per row; clocks, details and bodies come in bulk."""
    client, actor = people
    counts = []
    for more in (3, 27):
        some(more, actor, waterworks)
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(LIST)
        # The test's own transaction makes a savepoint of the page's.
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in asked.captured_queries))
    assert counts[0] == counts[1] <= 12, [query["sql"][:90] for query in asked.captured_queries]


def test_pages_follow_by_keyset_without_loss_or_repeat(people, waterworks, specimen):
    _client, actor = people
    some(120, actor, waterworks)
    with visibility.system():
        Case.objects.update(due_at=None)
    seen, address = [], "/api/v1/cases"
    token = tokens.issue(PostHolding.objects.get(post="water_engineer"), "test")[1]
    after = ""
    for _ in range(4):
        answer = Client().get(
            address, {"kind": KIND, "after": after, "limit": "50"}, headers={"Authorization": f"Bearer {token}"}
        )
        page = answer.json()
        seen += [item["number"] for item in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 120


def test_map_board_and_exports_show_the_same_rows(people, waterworks, specimen):
    client, actor = people
    some(2, actor, waterworks)
    points = client.get(reverse("ui:points", args=[KIND])).json()["features"]
    assert len(points) == 2 and points[0]["properties"]["priority"] == 3
    assert html(client.get(LIST + "?show=board")).count("演示·消火栓") == 2
    table = b"".join(client.get(reverse("ui:export", args=[KIND, "csv"])).streaming_content).decode()
    assert table.count("贵池-栓-2026-") == 2 and "压力不足" in table


def test_the_mixed_list_attaches_details_by_kind(waterworks, specimen, people):
    client, actor = people
    some(3, actor, waterworks)
    coordinator, _ = on_duty("coordinator", a_body("office", GUICHI), GUICHI, "xie")
    page = html(coordinator.get("/lists/cases.all/"))
    assert page.count("压力不足 · 60") == 3 and "消火栓故障" in page
    assert client.get("/lists/cases.all/").status_code == 403


def test_the_api_shows_and_moves_a_case(people, waterworks, specimen):
    _client, actor = people
    case = some(1, actor, waterworks)[0]
    token = tokens.issue(PostHolding.objects.get(post="water_engineer"), "test")[1]
    headers = {"Authorization": f"Bearer {token}"}
    one = Client().get(f"/api/v1/cases/{case.number}", headers=headers).json()
    assert (one["state"], one["version"], one["detail"]["pressure_kpa"]) == ("reported", 1, 60)
    assert one["clocks"][0]["explanation"] and one["steps"][0] == one["steps"][0] | {"key": "confirm", "allowed": True}
    assert "消火栓照片" in one["steps"][1]["reason"]

    def send(**sent):
        address = f"/api/v1/cases/{case.number}/acts"
        return Client().post(address, json.dumps(sent), "application/json", headers=headers)

    for _ in range(2):
        done = send(transition="confirm", version=1, key="m:1")
        assert done.status_code == 200 and done.json()["state"] == "repair" and done.json()["version"] == 2
    stale = send(transition="await_parts", answers={"reason": "缺"}, version=1)
    assert stale.status_code == 409 and stale.json()["fields"]["version"] == 2
    missing = send(transition="await_parts", version=2)
    assert missing.status_code == 422 and missing.json()["fields"]["codes"] == "needs.reason"
    assert send(transition="confirm", version=2, key="m:1").status_code == 200
    stranger = on_duty("water_engineer", a_body("dongzhi-works", DONGZHI), DONGZHI, "li")[1]
    other = tokens.issue(PostHolding.objects.get(pk=stranger.holding_id), "test")[1]
    answer = Client().get(f"/api/v1/cases/{case.number}", headers={"Authorization": f"Bearer {other}"})
    assert answer.status_code == 404
    assert Client().get("/api/v1/cases?kind=no.kind", headers=headers).status_code == 404
    assert Client().get("/api/v1/cases", headers=headers).status_code == 422


def test_the_command_tells_the_whole_case(people, waterworks, specimen, capsys):
    from argparse import ArgumentParser

    from linli.cases.commands import add_commands

    _client, actor = people
    case = some(1, actor, waterworks)[0]
    act(case.pk, "confirm", actor, {"text": "阀门锈死"})
    parser = ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["cases", "show", case.number])
    assert arguments.run(arguments) == 0
    said = capsys.readouterr().out
    assert "阀门锈死" in said and "5个工作日" in said and case.number in said


def test_what_runs_comes_first_and_the_rest_newest_first(people, waterworks, specimen):
    client, actor = people
    first, second, third, fourth = some(4, actor, waterworks)
    with visibility.system():
        Case.objects.filter(pk=first.pk).update(closed_at=clock.now(), due_at=None)
        Case.objects.filter(pk=second.pk).update(closed_at=clock.now(), due_at=None)
        Case.objects.filter(pk=third.pk).update(due_at=clock.now())
    numbers = re.findall(r"贵池-栓-2026-(\d+)", html(client.get(LIST)))
    assert numbers == [case.number[-6:] for case in (third, fourth, second, first)]
