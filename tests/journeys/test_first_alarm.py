"""From a hold-up alarm on the wire to a closed case, on the pages that people use; nothing is reloaded by hand."""

from __future__ import annotations

import re
import time
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import watched
from tests.journeys.conftest import log_in
from tests.journeys.helping import PASSWORD, api, ask, frame, printed_account, send, token
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture(scope="module")
def desk(house: House, browser: Browser) -> Page:
    """The duty operator's open desk."""
    context = browser.new_context(base_url=house.address, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = watched(context.new_page())
    log_in(page, "duty", PASSWORD)
    page.goto("/desk/")
    expect(page.locator("[data-live-rows]")).to_be_attached()
    expect(page.locator("body")).to_have_attribute("data-live-state", "live", timeout=15000)
    return page


@pytest.fixture(scope="module")
def bearer(house: House) -> str:
    """The duty operator's token."""
    return token(house, "duty")


@pytest.fixture(scope="module")
def alarm(house: House, desk: Page) -> str:
    """The account of a hold-up alarm that was sent; the row is on the page."""
    account = printed_account(house, "plain")
    began = time.monotonic()
    answer = send(house, frame(account, 1200, "1120 01 003"))
    assert b'"ACK"1200' in answer
    expect(desk.locator(".queue-row")).to_have_count(1, timeout=15000)
    print(f"frame → row on the page: {time.monotonic() - began:.2f} s")
    return account


def test_the_alarm_stands_on_the_open_page(desk: Page, alarm: str):
    row = desk.locator(".queue-row").first
    expect(row).to_have_attribute("data-alarm", "1")
    expect(row.locator(".title")).to_contain_text("演示·")
    expect(row.locator("[role=progressbar]")).to_have_count(1)
    assert desk.strays == [] and desk.faults == []


def test_the_map_shows_it_and_asks_nobody_outside(desk: Page, alarm: str):
    expect(desk.locator("linli-map")).to_have_attribute("data-points", re.compile("[1-9]"), timeout=30000)
    assert int(desk.locator("linli-map").get_attribute("data-rendered") or 0) > 10
    assert desk.locator("linli-map").get_attribute("data-missing") is None
    assert desk.strays == []


def test_the_same_frame_again_makes_no_second_case(house: House, desk: Page, alarm: str, bearer: str):
    assert b'"ACK"1200' in send(house, frame(alarm, 1200, "1120 01 003"))
    time.sleep(2)
    expect(desk.locator(".queue-row")).to_have_count(1)
    found = api(house, "/cases?kind=networked_alarms.alarm&state=received", bearer)
    assert len(found["items"]) == 1, found


def test_an_unknown_account_is_adopted_or_refused_and_alarms_nobody(house: House, desk: Page, bearer: str):
    account = printed_account(house, "unknown")
    assert b'"ACK"' in send(house, frame(account, 7, "1120 01 003"))
    deadline = time.monotonic() + 15
    while not (found := api(house, "/cases?kind=devices.adoption", bearer)["items"]) and time.monotonic() < deadline:
        time.sleep(0.3)
    assert [item["title"] for item in found] == [f"dc09:{account}"]
    expect(desk.locator(".queue-row")).to_have_count(1)


def step(page: Page, key: str, **fields: str) -> None:
    """Make one step in the pane of the desk."""
    form = page.locator(f"form.step[data-step={key}]")
    summary = form.locator("summary")
    if summary.count() and form.locator("details").get_attribute("open") is None:
        summary.click()
    for name, value in fields.items():
        field = form.locator(f"[name={key}-{name}]")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button").last.click()
    refusal = page.locator("#desk-refusal")
    expect(form.or_(refusal)).to_have_count(0, timeout=10000)


@pytest.fixture(scope="module")
def burglary(house: House, desk: Page, alarm: str) -> str:
    """A burglary in zone 3 of another site: the id of its row on the open page."""
    account = ask(
        house,
        "from linli.signals.models import Line\n"
        "row = Line.objects.filter(protocol='dc09', sealed_key=None, asset__settings__demo_alive=True,"
        " asset__settings__kind='intrusion', asset__area_path__under='34.3417.341702')"
        ".order_by('identity').first()\nprint(json.dumps(row.identity))",
    )
    before = desk.locator(".queue-row").count()
    assert b'"ACK"' in send(house, frame(account, 300, "1130 01 003"))
    expect(desk.locator(".queue-row")).to_have_count(before + 1, timeout=15000)
    return str(desk.locator(".queue-row[data-alarm='2']").first.get_attribute("id"))


def test_it_is_worked_to_its_end_from_the_page(house: House, browser: Browser, desk: Page, burglary: str, bearer: str):
    desk.locator(f"#{burglary}").click()
    expect(desk.locator(f"[data-case='{burglary.removeprefix('row-')}']")).to_be_attached(timeout=10000)
    step(desk, "acknowledge")
    expect(desk.locator(f"#{burglary}[data-alarm]")).to_have_count(0, timeout=10000)
    contact = desk.locator(".contact").first
    contact.locator("button").click()
    expect(desk.locator(".contact").first).to_contain_text("169", timeout=10000)
    step(desk, "verify", method="call_back")
    desk.locator("#options input[type=checkbox]").first.check()
    desk.locator("[data-key=d]").click()
    for stage in ("acknowledged", "en_route", "on_scene"):
        button = desk.locator(f"button[data-stage={stage}]")
        button.first.click()
        expect(button).to_have_count(0, timeout=10000)
    step(desk, "confirm", ground="on_site")
    _taken_over(house, browser, burglary)
    step(desk, "receiver_outcome", outcome="true")
    desk.locator("button[data-stage=clear]").click()
    expect(desk.locator("button[data-stage=clear]")).to_have_count(0, timeout=10000)
    step(desk, "tell_user")
    expect(desk.locator(f"#{burglary}")).to_have_count(0, timeout=10000)
    items = api(house, "/cases?kind=networked_alarms.alarm&state=closed", bearer)["items"]
    numbers = [item["number"] for item in items]
    assert api(house, f"/cases/{quote(numbers[0])}", bearer)["state"] == "closed"


def _taken_over(house: House, browser: Browser, row: str) -> None:
    """110 takes the case over with its number, on a page of its own."""
    context = browser.new_context(base_url=house.address, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    police = watched(context.new_page())
    log_in(police, "desk110", PASSWORD)
    police.goto("/desk/")
    police.locator(f"#{row}").click()
    expect(police.locator(f"[data-case='{row.removeprefix('row-')}']")).to_be_attached(timeout=10000)
    step(police, "take_over", receiver_number="110-2026-0777")
    context.close()


def test_the_timeline_tells_the_whole_story(house: House, burglary: str):
    said = ask(
        house,
        "from linli.cases.models import Case\n"
        f"case = Case.objects.get(pk='{burglary.removeprefix('row-')}')\n"
        "print(json.dumps(list(case.timeline.order_by('at', 'id').values_list('what', flat=True))))",
    )
    wanted = [
        "opened",
        "rule.opened",
        "act.acknowledge",
        "act.verify",
        "unit.offered",
        "act.unit_offered",
        "unit.acknowledged",
        "unit.en_route",
        "unit.on_scene",
        "act.unit_on_scene",
        "act.confirm",
        "act.take_over",
        "act.receiver_outcome",
        "unit.clear",
        "act.tell_user",
    ]
    assert [what for what in said if what in wanted] == wanted, said


def test_the_look_at_the_contact_stands_on_the_ledger(house: House, burglary: str):
    said = house.linli("access", "verify")
    assert " 0 faults" in said
    found = ask(
        house,
        "from linli.access.models import Ledger\n"
        f"rows = Ledger.objects.filter(case_id='{burglary.removeprefix('row-')}')\n"
        "print(json.dumps([[row.purpose, row.decision] for row in rows]))",
    )
    assert found and all(decision == "permit" for _purpose, decision in found), found


def test_the_api_needs_a_token(house: House):
    from urllib.error import HTTPError

    with pytest.raises(HTTPError) as refused:
        api(house, "/cases?kind=networked_alarms.alarm", "linli_nobody")
    assert refused.value.code == 401
