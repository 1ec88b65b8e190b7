"""One house and one browser for all journeys: each module is of the group `house`, so one worker runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import watched
from tests.journeys.house import House, scratch


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The demo house, open."""
    with scratch() as folder:
        opened = House(folder / "var").start()
        yield opened
        opened.stop()


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    """A browser profile of its own, 1440 × 900, Chinese; it may speak to this machine alone."""
    opened = browser.new_context(base_url=house.address, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that remembers requests to anywhere else, and script errors: `page.strays`, `page.faults`."""
    return watched(context.new_page())


def log_in(page: Page, user: str, password: str) -> None:
    """Through the real log-in page."""
    page.goto("/login")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
