"""The programme's page in a real browser, over the real stream: the figure moves when a device comes back."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.asgi import get_asgi_application
from playwright.sync_api import Browser, Page, expect

from linli.base import outbox, visibility
from linli.desk.live import hub
from linli.scoreboard.registry import indicators
from linli.scoreboard.tests import world
from linli.scoreboard.tests.conftest import on_duty, populated, trial  # noqa: F401
from linli.scoreboard.tests.world import SHITAI
from linli.signals.models import Interval
from tests.chromium import watched

pytestmark = pytest.mark.browser


@pytest.fixture
def site(transactional_db) -> Iterator[str]:
    """The house's pages on a free port, over committed rows."""
    with indicators.opened(), socket.socket() as held:
        indicators.install([world.share])
        with visibility.system():
            populated()
        held.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(get_asgi_application(), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
        server.force_exit = server.should_exit = True
        thread.join(10)
        hub.stop()


@pytest.fixture
def page(browser: Browser, site: str, trial: str) -> Iterator[Page]:  # noqa: F811
    """The leader's page, Chinese, 1440 × 900; no script errors and no requests to elsewhere."""
    context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    cookie = on_duty("leader").cookies[django_settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    opened = watched(context.new_page())
    yield opened
    context.close()
    assert opened.faults == [] and opened.strays == []  # type: ignore[attr-defined]


def test_the_open_page_follows_a_device_without_reload(page: Page):
    page.goto("/programmes/trial/?target=T29")
    value = page.locator("#row-T29 .value")
    expect(value).to_have_text("63.0 %")
    expect(page.locator(".drawer-value")).to_contain_text("126 / 200")
    expect(page.locator("linli-map")).to_have_attribute("data-points", re.compile(r"^([4-9]|\d\d+)$"))
    expect(page.locator("linli-chart[data-drawn]")).to_have_count(2)
    page.wait_for_selector("body[data-live-state=live]")
    page.evaluate("document.body.dataset.kept = 'yes'")
    with visibility.system():
        back = world.Asset.objects.filter(area_path__under=SHITAI, intervals=None).first()
        Interval.objects.create(asset=back, what="joined", value="yes", during=(world.moment(world.DAY), None))
        outbox.emit("asset.presence", {"asset": str(back.pk), "presence": "online"}, back.area_path)
    outbox.relay()
    expect(value).to_have_text("63.5 %")
    expect(page.locator(".drawer-value")).to_contain_text("127 / 200")
    expect(page.locator("#programme-funnel")).to_contain_text("5 / 9")
    assert page.evaluate("document.body.dataset.kept") == "yes"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, theme: str):
    for address in (
        "/programmes/",
        "/programmes/trial/?target=T35",
        "/indicators/trial.joined/",
        "/programmes/trial/?tv=1",
    ):
        page.goto(address)
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.wait_for_selector("html[data-ready]")
        found = Axe().run(page).response["violations"]
        assert [(each["id"], address) for each in found if each["impact"] in ("serious", "critical")] == []


def test_nothing_is_wider_than_a_phone(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/programmes/trial/?target=T29", "/indicators/trial.joined/"):
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/programmes/trial/?target=T29")
    drawer, board = page.locator("#programme-drawer"), page.locator(".programme-board")
    below, above = board.bounding_box(), drawer.bounding_box()
    assert above["y"] + above["height"] <= below["y"] + 1  # asked for a target: it stands first, and nothing overlaps
