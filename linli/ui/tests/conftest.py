"""A reader on duty, a list of bodies and one of events, for the kit's tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page
from psycopg.types.range import Range

from linli.accounts.actor import Actor
from linli.accounts.duty import actor_for
from linli.accounts.models import Body, PostHolding, User
from linli.base import clock
from linli.base.models import Outbox
from linli.ui.clocks import ClockFace
from linli.ui.declarations import BulkAct, Column, Filter, ListSpec, View
from linli.ui.registry import lists
from linli.ui.tests import pages
from tests.chromium import watched

KINDS = (("police", "公安"), ("fire", "消防"), ("operator", "运营单位"))


def _clock_of(body: Body) -> ClockFace | None:
    started = clock.now() - timedelta(hours=1)
    return ClockFace(label="核实", started_at=started, due_at=started + timedelta(hours=2)) if body.ends_on else None


BODIES = ListSpec(
    key="specimen.bodies",
    label="责任单位",
    noun="样本",
    rows=lambda: Body.objects.filter(key__startswith="specimen"),
    columns=(
        Column(name="name", path="name", label="名称", sort=True, sub="key"),
        Column(name="key", path="key", label="代码", show="mono", shown=False, sort=True),
        Column(name="kind", path="kind", label="类别", show="pill", tone=lambda body: "blue"),
        Column(name="parent", path="parent__name", label="上级"),
        Column(name="ends", path="ends_on", label="撤销", show="day", sort=True),
        Column(name="clock", label="时钟", value=_clock_of, show="clock", reads=("ends_on",)),
        Column(name="phone", label="电话", value=lambda body: "169 0000 0001", disclose="specimen.call"),
    ),
    filters=(
        Filter(name="kind", path="kind", label="类别", lookup="any_of", choices=KINDS),
        Filter(name="ended", path="ends_on", label="撤销日", lookup="between"),
        Filter(name="open", path="ends_on", label="在用", lookup="is_empty"),
        Filter(name="area", path="area_path", label="地区", lookup="under_area"),
        Filter(name="called", path="name", label="名称含", lookup="contains"),
        Filter(name="under", path="parent", label="上级"),
    ),
    search=("name", "key"),
    order=("key",),
    board="kind",
    title=lambda body: body.name,
    href=lambda body: f"/specimen/{body.key}/",
    priority=lambda body: 2 if body.ends_on else 3,
    can=lambda body: ("remind",) if body.ends_on else (),
    bulk=(BulkAct(key="remind", label="催办", to="ui:gallery", refusal="{n} 件不能催办"),),
    views=(View(key="fire", label="只看消防", query="kind=fire"),),
)
EVENTS = ListSpec(
    key="specimen.events",
    label="事件",
    rows=lambda: Outbox.objects.all(),
    columns=(
        Column(name="topic", path="topic", label="主题"),
        Column(name="at", path="at", label="时间", show="moment", sort=True),
        Column(name="number", path="event_id", label="序号", show="number", sort=True),
    ),
    filters=(
        Filter(name="at", path="at", label="时间", lookup="between"),
        Filter(name="number", path="event_id", label="序号", lookup="between"),
    ),
    order=("-at",),
    posts=("auditor",),
)


@pytest.fixture
def specimen() -> Iterator[ListSpec]:
    """The two lists are declared for the test."""
    with lists.opened():
        lists.install([BODIES, EVENTS])
        yield BODIES


@pytest.fixture
def database(request: pytest.FixtureRequest) -> None:
    """A transaction taken back after the test; real commits where a web server has to see them."""
    request.getfixturevalue("transactional_db" if "site" in request.fixturenames else "db")


@pytest.fixture
def bodies(database) -> list[Body]:
    """Twelve bodies in three kinds; every third has ended; the later half has a parent."""
    made: list[Body] = []
    for number in range(12):
        ended = clock.now().date() - timedelta(days=number) if number % 3 == 0 else None
        made.append(
            Body.objects.create(
                key=f"specimen-{number:02d}",
                name=f"演示·单位 {number:02d}",
                kind=KINDS[number % 3][0],
                area_path="34.3417.341702" if number < 6 else "34.3417.341722",
                parent=made[0] if number >= 6 else None,
                ends_on=ended,
            )
        )
    return made


@pytest.fixture
def holding(database) -> PostHolding:
    """A person on duty in a post of 贵池."""
    user = User.objects.create_user("specimen.reader", "a long password 1", display_name="演示·孙强")
    body = Body.objects.create(key="reader-body", name="演示·分局", kind="police", area_path="34.3417.341702")
    during = Range(clock.now() - timedelta(days=1), None)
    return PostHolding.objects.create(
        user=user, post="duty_operator", body=body, area_path=body.area_path, during=during
    )


@pytest.fixture
def actor(holding: PostHolding) -> Actor:
    """The same person as the actor."""
    return actor_for(holding)


@pytest.fixture
def reader(client: Client, holding: PostHolding) -> Client:
    """The test client, signed in and on duty."""
    client.force_login(holding.user)
    return client


@pytest.fixture
def site(database, specimen, reader) -> Iterator[str]:
    """The kit served by a real web server on a free port; its address."""
    with override_settings(ROOT_URLCONF="linli.ui.tests.pages"), socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        config = uvicorn.Config(get_asgi_application(), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
        pages.cut.set()
        server.should_exit = True
        thread.join(10)
        pages.forget()


@pytest.fixture
def page(browser: Browser, site: str, reader: Client) -> Iterator[Page]:
    """A page of the reader on duty, Chinese, 1440 × 900; `faults` and `strays` must stay empty."""
    context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    cookie = reader.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    opened = watched(context.new_page())
    yield opened
    context.close()
    assert opened.faults == [] and opened.strays == []  # type: ignore[attr-defined]
