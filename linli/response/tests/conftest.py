"""Units, a dispatcher, and a kind of case whose workflow follows its units."""

import dataclasses
from datetime import UTC, datetime

import pytest

from linli.accounts.actor import SYSTEM
from linli.base import clock
from linli.base.bilingual import bilingual
from linli.cases.act import open_case
from linli.cases.declarations import CaseKind, State, Subject, Transition, Workflow
from linli.cases.registry import kinds
from linli.cases.release import release
from linli.response.models import Unit
from tests.specimen_pack.fixtures import CHIYANG, GUICHI, a_body, an_actor
from tests.specimen_pack.models import HydrantFault

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
SITE = (117.4790, 30.6500)
BASE = (117.473238, 30.653910)


def _step(key, sources, target):
    return Transition(key=key, label=bilingual(key, key), sources=sources, target=target, posts=("system",))


FOLLOWED = Workflow(
    start="open",
    states=tuple(
        State(key=key, label=bilingual(key, key), final=key == "done", untimed="a test")
        for key in ("open", "sent", "there", "done")
    ),
    transitions=(
        _step("unit_offered", ("open",), "sent"),
        _step("unit_on_scene", ("sent",), "there"),
        _step("unit_clear", ("there",), "done"),
        _step("unit_withdrawn", ("sent", "there"), "open"),
    ),
)


@pytest.fixture
def noon():
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def followed(specimen):
    """A kind of case whose workflow names the steps of units."""
    kind = CaseKind(
        key="specimen_pack.followed",
        label=bilingual("随单元", "followed"),
        number_word="随",
        detail=HydrantFault,
        workflow=FOLLOWED,
        open_posts=("duty_operator",),
    )
    with kinds.opened():
        kinds.install([kind])
        release()
        yield kind


@pytest.fixture
def alarm_centre(specimen):
    return a_body("alarm-centre")


@pytest.fixture
def guards(alarm_centre):
    """Another body, whose crews see only what they are sent to."""
    return a_body("guards", "34.3417.341723")


@pytest.fixture
def dispatcher(alarm_centre):
    return dataclasses.replace(an_actor("duty_operator", GUICHI), bodies=(alarm_centre.pk,))


@pytest.fixture
def crew(guards):
    return dataclasses.replace(an_actor("guard", GUICHI), areas=(), bodies=(guards.pk,))


@pytest.fixture
def make_unit(guards):
    def make(call_sign="演示安 01", *, capabilities=("guard",), home=BASE, **fields):
        values = {"kind": "guard_car", "body": guards, "area_path": CHIYANG, **fields}
        lng, lat = home or (None, None)
        return Unit.objects.create(
            call_sign=call_sign, capabilities=list(capabilities), home_lng=lng, home_lat=lat, **values
        )

    return make


@pytest.fixture
def make_case(followed, alarm_centre, dispatcher):
    def make(kind="specimen_pack.followed", point=SITE, **fields):
        lng, lat = point or (None, None)
        subject = Subject(
            title="演示·翠微金店", area_path=CHIYANG, lng=lng, lat=lat, responsible=alarm_centre, **fields
        )
        return open_case(kind, subject, {"fault": "dry"}, SYSTEM).case

    return make
