"""The database is killed under an open desk: the house brings it back, and the page goes on by itself."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from linli.site import postgres
from tests.journeys.conftest import log_in
from tests.journeys.helping import PASSWORD, ask, frame, send
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.xdist_group("house")]
QUIET_SITE = """
from linli.signals.models import Line
from linli.cases.models import Case
busy = Case.objects.filter(closed_at__isnull=True).exclude(asset=None).values('asset')
row = (Line.objects.filter(protocol='dc09', sealed_key=None, asset__settings__demo_alive=True,
       asset__area_path__under='34.3417.341702').exclude(asset__in=busy).order_by('identity').first())
print(json.dumps(row.identity))
"""


def test_a_killed_database_comes_back_and_the_open_desk_shows_the_next_alarm(house: House, page: Page) -> None:
    """The panel is not answered while the database is away; afterwards its frame is a row, without a reload."""
    account = ask(house, QUIET_SITE.strip())
    log_in(page, "duty", PASSWORD)
    page.goto("/desk/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "live", timeout=15000)
    page.evaluate("window.stillThis = true")
    before = page.locator(".queue-row").count()
    dead = _kill_postgres(house)
    answer = b""
    deadline = time.monotonic() + 90
    while not answer and time.monotonic() < deadline:
        answer = send(house, frame(account, 4711, "1120 01 003"), 5)
    assert b'"ACK"4711' in answer
    assert postgres.running(house.folder) not in (0, dead)
    expect(page.locator(".queue-row")).to_have_count(before + 1, timeout=30000)
    assert page.evaluate("window.stillThis") is True
    _until(lambda: _health(house) == (200, "ok"), "every part is well again")
    page.reload()
    expect(page.locator(".queue-row")).to_have_count(before + 1)


def _kill_postgres(house: House) -> int:
    """kill -9 for the postmaster and all its processes; its number."""
    postmaster = postgres.running(house.folder)
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for pid in (postmaster, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    return postmaster


def _health(house: House) -> tuple[int, str]:
    try:
        with urlopen(f"{house.address}/health", timeout=20) as answer:
            return answer.status, json.load(answer)["status"]
    except HTTPError as refused:
        return refused.code, refused.read().decode(errors="replace")


def _until(true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.5)
