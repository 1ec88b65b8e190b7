"""The page of a case lives: what others do appears without reload, and what one is typing stays."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.chromium import watched
from tests.journeys.conftest import log_in
from tests.journeys.helping import PASSWORD, api, frame, printed_account, send, token
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture(scope="module")
def address(house: House) -> str:
    """The page of a case that the technician works on: a sender nobody knows."""
    account, bearer = printed_account(house, "unknown"), token(house, "technician")
    assert b'"ACK"' in send(house, frame(account, 41, "1120 01 003"))
    deadline = time.monotonic() + 20
    while not (found := api(house, "/cases?kind=devices.adoption&open=true", bearer)["items"]):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return f"/cases/{found[0]['id']}/"


def opened(house: House, browser: Browser, address: str, **more: object) -> Page:
    """The technician's page of the case, in a browser of its own."""
    size = {"width": 1440, "height": 900}
    context = browser.new_context(**{"base_url": house.address, "viewport": size, "locale": "zh-CN", **more})  # type: ignore[arg-type]
    page = watched(context.new_page())
    log_in(page, "technician", PASSWORD)
    page.goto(address)
    expect(page.locator("body")).to_have_attribute("data-live-state", "live", timeout=15000)
    return page


def test_what_others_write_appears_and_what_one_types_stays(house: House, browser: Browser, address: str):
    mine, theirs = opened(house, browser, address), opened(house, browser, address)
    summary = mine.locator("#case-tasks summary")
    summary.click()
    mine.fill("#case-tasks input[name=task-title]", "带一台备用主机")
    theirs.fill("#note-text", "已电话核实，是新装的主机。")
    theirs.locator(".composer button").first.click()
    expect(mine.locator("#case-entries")).to_contain_text("已电话核实，是新装的主机。", timeout=10000)
    expect(mine.locator("#case-tasks input[name=task-title]")).to_have_value("带一台备用主机")
    assert mine.strays == theirs.strays == [] and mine.faults == theirs.faults == []  # type: ignore[attr-defined]
    mine.context.close()
    theirs.context.close()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}])
def test_axe_finds_nothing_serious_on_the_pages_of_a_case(house: House, browser: Browser, address: str, size: dict):
    page = opened(house, browser, address, viewport=size, bypass_csp=True)
    found = []
    for here in (address, f"{address}print", "/notices/"):
        page.goto(here)
        page.wait_for_timeout(800)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append((here, violation["id"], [node["html"][:160] for node in violation["nodes"][:3]]))
    assert found == []
    page.context.close()
