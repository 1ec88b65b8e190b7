"""A day of the whole city, small: every protocol that can be simulated, through real sockets; the sums agree.

The last of the journeys: the alarms of the simulated devices stay on the desk of the house they all share.
"""

import json
import subprocess
import sys

import pytest

from linli.signals.simulating import fleets
from linli.site.gateways import GATEWAYS
from tests.journeys.conftest import log_in
from tests.journeys.helping import PASSWORD
from tests.journeys.house import ROOT

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.browser, pytest.mark.timeout(400)]


def heard(house):
    """Those that this house hears for sure: its gateways' and the web's own."""
    return {key for key in fleets.simulated() if key == "http" or key in {gateway.key for gateway in GATEWAYS}}


def simulate_city(house, tmp_path, *words):
    report = tmp_path / "city.json"
    command = ["simulate", "city", "--scale", "0.02", "--report", str(report), *words]
    process = subprocess.Popen(
        [sys.executable, "-m", "linli.site.cli", *command],
        cwd=ROOT, env=house.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    return process, report


def test_a_day_of_the_city_comes_out_even_and_the_desk_stays_usable(house, page, tmp_path):
    """sent = acknowledged = logged + folded + duplicates (+ quarantined), for every protocol at once."""
    process, report = simulate_city(
        house, tmp_path, "--speed", "8640", "--bad", "0.02", "--repeat", "0.05", "--day", "demo/day.toml"
    )
    log_in(page, "duty", PASSWORD)
    page.goto("/desk/")
    page.locator("main").wait_for()
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, said + errors[-3000:]
    page.goto("/desk/")
    page.locator("main").wait_for()
    assert page.faults == [] and page.strays == []
    day = json.loads(report.read_text("utf-8"))
    assert {one["protocol"] for one in day["sums"]} == heard(house)
    for one, sent in zip(day["sums"], day["reports"], strict=True):
        assert one["agrees"], one
        total = sent["total"]
        assert total["sent"] == total["acknowledged"] + total["refused"] + total["unasked"]
        assert one["taken"] >= one["acknowledged"] > 0
    assert sum(one["house"]["duplicates"] for one in day["sums"]) > 0
    assert sum(one["house"]["quarantined"] for one in day["sums"]) > 0


def test_the_counts_of_the_house_can_be_asked_for(house):
    rows = [json.loads(line) for line in house.linli("signals", "counts", "--since", "2h", "--json").splitlines()]
    assert {row["protocol"] for row in rows} >= heard(house)
    for row in rows:
        assert row["together"] == row["logged"] + row["folded"] + row["duplicates"] + row["quarantined"]
