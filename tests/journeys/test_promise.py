"""The city's promise moves when a system joins; the figure opens its rows; the programme is clean."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import log_in
from tests.journeys.helping import PASSWORD, ask, frame, send
from tests.journeys.house import ROOT, House

pytestmark = pytest.mark.xdist_group("house")
ORACLE = ROOT / "demo" / "demo-oracle.csv"
COUNTIES = ("341702", "341721", "341722", "341723")


def test_the_oracle_of_the_demo_day(house: House):
    shown = json.loads(
        house.linli(
            "scoreboard",
            "show",
            "networked_alarms.joined",
            "--as-of",
            "2026-05-20",
            "--group-by",
            "county",
            "--format",
            "json",
        )
    )
    with Path(ORACLE).open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["target"] == "T29")
    found = {item["area"]: f"{item['numerator']}/{item['denominator']}" for item in shown["rows"]}
    assert found == {code: row[code] for code in COUNTIES}
    assert shown["total"]["missing"] == 74 and shown["total"]["shown"] == row["shown"]


def test_the_programme_is_clean(house: House):
    house.linli("programme", "check", "programmes/chizhou-333.toml")


@pytest.mark.browser
def test_a_system_that_reports_again_moves_the_open_page(house: House, page: Page):
    """A contracted system that is silent sends its supervised frames: its county moves by one, without reload."""
    silent = ask(
        house,
        "from linli.signals.models import AssetState, Line\n"
        "row = Line.objects.filter(protocol='dc09', sealed_key=None, during__contains="
        "__import__('linli.base.clock').base.clock.now(), asset__state__presence='offline',"
        " asset__area_path__under='34.3417.341702').order_by('identity').first()\n"
        "print(json.dumps(row.identity))",
    )
    log_in(page, "leader", PASSWORD)
    page.goto("/programmes/demo-2026/")
    figure = page.locator("#programme-drawer")
    expect(figure).to_contain_text("126")
    assert b'"ACK"' in send(house, frame(silent, 0, ""))
    expect(figure).to_contain_text("127", timeout=20000)
    assert page.strays == [] and page.faults == []  # type: ignore[attr-defined]
