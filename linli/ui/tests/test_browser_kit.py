"""The kit in a real browser: one way to say time, keys, lists by keyboard, themes, phone, map, budgets, axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LIST = "/lists/specimen.bodies/"


def test_the_browser_ticks_as_the_server_says(page: Page):
    page.goto("/kit/", wait_until="domcontentloaded")
    page.wait_for_selector("html[data-ready]")
    shown = page.evaluate(
        """() => [...document.querySelectorAll('.clock:not([data-running])')].map(c => c.getAttribute('aria-valuetext'))"""
    )
    assert shown  # clocks at rest are left as the server drew them
    drift = page.evaluate(
        """async () => {
          const source = await (await fetch('/kit/')).text();
          const server = new DOMParser().parseFromString(source, 'text/html');
          const words = root => [...root.querySelectorAll('.clock[data-face=rest][data-running], .clock[data-face=calendar][data-running]')]
            .map(c => c.querySelector('.clock-say').textContent.replace(/\\s+/g, ' ').trim());
          return [words(server), words(document)];
        }"""
    )
    assert drift[0] and drift[0] == drift[1]
    stopwatch = page.locator(".clock.big .clock-figure").first
    first = stopwatch.inner_text()
    expect(stopwatch).not_to_have_text(first)


def test_a_list_is_walked_chosen_and_read_by_keyboard(page: Page, bodies):
    page.goto(LIST)
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.current .title")).to_have_text("演示·单位 01")
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_be_visible()
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 1 件")
    button = page.locator(".bulk button[data-needs=remind]")
    expect(button).to_be_disabled()
    expect(page.locator("#bulk-remind")).to_have_text("1 件不能催办")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".peek dd").first).to_contain_text("演示·单位 01")
    page.keyboard.press("j")
    expect(page.locator(".peek dd").first).to_contain_text("演示·单位 02")
    page.keyboard.press("Escape")
    expect(page.locator(".peek")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator(".help-pane")).to_contain_text("下一行")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/specimen/specimen-02/")


def test_counts_arrive_after_the_page(page: Page, bodies):
    page.goto(LIST + "?kind=fire")
    expect(page.locator("#list-tabs a[aria-current] .count")).to_have_text("4")
    expect(page.locator("#list-count")).to_have_text("共 4 条")


def test_theme_and_density_are_kept_for_the_next_page(page: Page, bodies):
    page.goto(LIST)
    page.wait_for_selector("html[data-ready]")
    page.click("[data-theme-toggle]")
    page.click("[data-density-set=compact]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")


def test_a_filter_is_set_by_keyboard_and_taken_away_by_its_chip(page: Page, bodies):
    page.goto(LIST + "?order=-name")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("f")
    page.check(".filter-pane input[name=kind][value=fire]")
    page.click(".filter-pane button")
    page.wait_for_url("**kind=fire*")
    expect(page.locator("tr[data-row]")).to_have_count(4)
    expect(page.locator("tr[data-row] .title").first).to_have_text("演示·单位 10")
    page.click("a.chip:has-text('类别')")
    expect(page.locator("tr[data-row]")).to_have_count(12)


def test_columns_are_chosen_into_the_address(page: Page, bodies):
    page.goto(LIST)
    page.wait_for_selector("html[data-ready]")
    page.click("summary:has-text('列')")
    page.uncheck("form[data-columns] input[value=parent]")
    page.click("form[data-columns] button")
    page.wait_for_url("**columns=name%2Ckind%2Cends%2Cclock%2Cphone*")


def test_the_map_draws_its_features_and_asks_nobody_outside(page: Page):
    page.goto("/kit/")
    host = page.locator("linli-map")
    expect(host).to_have_attribute("data-points", "8", timeout=30_000)
    assert int(host.get_attribute("data-rendered") or 0) > 8
    assert host.get_attribute("data-missing") is None
    page.click("[data-theme-toggle]")
    expect(host).to_have_attribute("data-points", "8", timeout=30_000)
    expect(host.locator(".map-links a")).to_have_count(2)


@pytest.mark.parametrize("address, limit", [(LIST, 200_000), ("/kit/", 900_000)])
def test_what_a_page_transfers(page: Page, bodies, address, limit):
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert 10_000 < sum(sizes) <= limit


@pytest.mark.parametrize(
    "address, theme, width",
    [
        ("/kit/", "light", 1440),
        ("/kit/", "dark", 390),
        ("/kit/desk/", "dark", 1440),
        ("/kit/import/", "light", 390),
        ("/kit/login/", "light", 1440),
        (LIST, "light", 390),
        (LIST, "dark", 1440),
        (LIST + "?show=board", "light", 1440),
    ],
)
def test_axe_finds_nothing_serious(page: Page, bodies, site, address, theme, width):
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": site}])
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], node["target"], node["failureSummary"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert serious == []


@pytest.mark.parametrize("width", [360, 390, 430])
def test_a_phone_never_scrolls_sideways_and_targets_are_big(page: Page, bodies, width):
    page.set_viewport_size({"width": width, "height": 844})
    for address in (LIST, "/kit/", "/kit/import/", "/kit/desk/"):
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelector('main').scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll('.tabs-phone a, .tabs-phone button, .topbar .top-button, .button:not(.small)')]
          .filter(e => e.checkVisibility()).map(e => [e.textContent.trim(), Math.round(e.getBoundingClientRect().height)])
          .filter(([, height]) => height < 44)"""
    )
    assert small == []


def test_a_file_streams_from_the_real_server_in_the_readers_language(page: Page, bodies, site):
    page.context.add_cookies([{"name": "linli_language", "value": "zh-hans", "url": site}])
    answer = page.context.request.get(f"{site}{LIST}export.csv?kind=fire&open=true")
    lines = answer.text().splitlines()
    assert answer.ok and "在用=是" in lines[0] and len(lines) == 6
    assert answer.headers["linli-data"] == "demo"
