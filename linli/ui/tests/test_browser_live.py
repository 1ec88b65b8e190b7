"""Live panes in a real browser: rows come in by event, the stream's silence is seen, alarms sound until taken."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from linli.ui.tests import pages

pytestmark = pytest.mark.browser


def row(key: str, order: str, alarm: str = "") -> str:
    mark = f' data-alarm="{alarm}"' if alarm else ""
    return f'<a id="row-{key}" class="queue-row" href="#{key}" data-order="{order}"{mark}><span class="title">{key}</span></a>'


def say(key: str) -> None:
    pages.stream.put(("cases", {"key": key, "topic": "case.opened"}))


def titles(page: Page) -> list[str]:
    return page.locator(".queue .title").all_inner_texts()


def test_rows_come_change_and_go_by_event(page):
    page.goto("/live")
    pages.rows |= {"b": row("b", "2"), "c": row("c", "3")}
    say("c")
    say("b")
    expect(page.locator(".queue-row")).to_have_count(2)
    assert titles(page) == ["b", "c"]
    pages.rows |= {"a": row("a", "1"), "c": row("c", "0")}
    say("a")
    say("c")
    expect(page.locator("#row-c ~ #row-a")).to_have_count(1)
    expect(page.locator(".queue-row")).to_have_count(3)
    assert titles(page) == ["c", "a", "b"]
    del pages.rows["b"]
    say("b")
    expect(page.locator("#row-b")).to_have_count(0)


def test_a_burst_is_asked_for_in_few_requests(page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/live/rows" in request.url else None)
    page.goto("/live")
    pages.rows |= {f"k{number:03d}": row(f"k{number:03d}", f"{number:03d}") for number in range(120)}
    for number in range(120):
        say(f"k{number:03d}")
    expect(page.locator(".queue-row")).to_have_count(120)
    assert titles(page) == sorted(titles(page)) and len(asked) < 30


def test_an_alarm_is_in_the_title_until_it_is_taken(page):
    page.goto("/live")
    pages.rows["a"] = row("a", "1", alarm="1")
    say("a")
    expect(page.locator("body")).to_have_attribute("data-alarms", "1")
    expect(page).to_have_title(re.compile("◆"))
    expect(page.locator("[data-sound-note]")).to_be_visible()
    pages.rows["a"] = row("a", "1")
    say("a")
    expect(page.locator("body")).to_have_attribute("data-alarms", "0")
    expect(page).to_have_title(re.compile("^[^◆]*$"))
    expect(page.locator("[data-sound-note]")).to_be_hidden()


def test_a_cut_stream_is_seen_and_nothing_is_missed_after_it(page):
    page.clock.install()
    page.goto("/live")
    pane = page.locator("#pane")
    expect(page.locator("body")).to_have_attribute("data-live-state", "live")
    before = pane.screenshot()
    pages.cut.set()
    page.clock.fast_forward(14_000)
    expect(pane).not_to_have_class("card stale")
    page.clock.fast_forward(3_000)
    expect(pane).to_have_class("card stale")
    expect(pane.locator(".stale-say")).to_contain_text("停在")
    assert pane.screenshot() != before

    pages.rows["late"] = row("late", "1")
    say("late")
    pages.cut.clear()
    page.clock.run_for(12_000)
    expect(page.locator("#row-late")).to_have_count(1)
    expect(pane).to_have_class("card")
    assert pages.seen_after[-1].isdigit()
