"""Every main page meets WCAG AA as axe sees it, asks nobody outside, and works without a script error."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.chromium import watched
from tests.journeys.conftest import log_in
from tests.journeys.helping import PASSWORD
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
PAGES = {
    "duty": ("/desk/", "/home/", "/lists/networked_alarms.alarm/", "/help/"),
    "technician": ("/lists/devices.adoption/", "/lists/registers.assets/"),
    "leader": ("/programmes/", "/programmes/demo-2026/"),
    "admin": ("/admin/health/",),
}
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.mark.parametrize("user", PAGES)
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(house: House, browser: Browser, user: str, size: str):
    context = browser.new_context(base_url=house.address, viewport=SIZES[size], locale="zh-CN", bypass_csp=True)
    page = watched(context.new_page())
    log_in(page, user, PASSWORD)
    found = []
    for address in PAGES[user]:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        page.wait_for_timeout(800)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append((address, violation["id"], [node["html"][:120] for node in violation["nodes"][:3]]))
    assert found == []
    assert page.strays == [] and page.faults == []  # type: ignore[attr-defined]
    context.close()
