"""24 months of closed alarms before the demo day, at a tenth of what a city has, and the links that are lost on it.

Each goes through `open_case` and `act` with the clock at the moments of the act, so that numbers, clocks and
timelines are those that the house itself would have written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from linli.accounts.actor import SYSTEM, Actor
from linli.base import clock
from linli.cases.act import act, open_case
from linli.cases.declarations import Subject
from linli.domains.networked_alarms.models import AlarmOperator, AlarmSystem
from linli.domains.networked_alarms.vocabulary import Ground, Method, Nature, Outcome, Receiver, Setting, SystemKind
from linli.notices.models import Message
from linli.registers.models import Asset
from linli.response.models import Assignment, Stage, Unit, UnitKind
from linli.response.moves import move, offer
from linli.signals.models import AssetState

LINK_LOST = "networked_alarms.link_lost"
ALARMS = 120
DAYS = 730
NATURES = {
    SystemKind.INTRUSION: Nature.INTRUSION,
    SystemKind.PANIC: Nature.PANIC,
    SystemKind.FIRE: Nature.FIRE,
    SystemKind.VIDEO: Nature.INTRUSION,
    SystemKind.ACCESS: Nature.INTRUSION,
}
CAUSES = ("误触", "宠物活动", "门未关严", "员工操作失误", "施工粉尘", "探测器老化")


class Step(NamedTuple):
    """One act: seconds after the receipt, transition, who (a key of the crew), answers."""

    after: float
    transition: str
    who: str
    answers: dict[str, Any]


def build(city: Any, operator: AlarmOperator, systems: list[AlarmSystem]) -> None:
    """The closed alarms, oldest first, so that their numbers rise."""
    crew = {
        "duty": _actor(city, "duty", operator.body_id),
        "police": _actor(city, "desk110", city.bodies["police"].pk),
        "fire": _actor(city, "desk119", city.bodies["fire"].pk),
    }
    moments = sorted(
        city.at("00:00") - timedelta(seconds=city.rng("alarm", "", number).randrange(86_400, DAYS * 86_400))
        for number in range(ALARMS)
    )
    for number, moment in enumerate(moments):
        chance = city.rng("alarm course", "", number)
        system = _somebody(systems, moment, chance)
        if system:
            _alarm(city, number, system, moment, chance, crew)
    lost_links(city, operator)
    Message.objects.filter(acknowledged_at__isnull=True).update(acknowledged_at=clock.now())


def _actor(city: Any, username: str, body: Any) -> Actor:
    user, holder = city.users[username], city.posts[username]
    return Actor(post=holder, name=user.display_name, user_id=user.pk, areas=(city.city_path,), bodies=(body,))


def _somebody(systems: list[AlarmSystem], moment: datetime, chance: Any) -> AlarmSystem | None:
    """A system that was under contract with the operator then."""
    day = moment.date()
    there = [system for system in systems if system.asset.in_use.lower < day - timedelta(days=120)]
    return chance.choice(there) if there else None


def _alarm(city: Any, number: int, system: AlarmSystem, moment: datetime, chance: Any, crew: dict[str, Actor]) -> None:
    nature, asset = NATURES[SystemKind(system.kind)], system.asset
    county = ".".join(asset.area_path.split(".")[:3])
    cars = list(Unit.objects.filter(kind=UnitKind.GUARD_CAR, area_path=county).order_by("call_sign"))
    zones = sorted(asset.settings["zones"])
    zone = chance.choice(zones)
    detail = {
        "nature": nature, "zone": zone, "zone_name": asset.settings["zones"][zone]["name"], "code": "BA",
        "device_time": moment - timedelta(seconds=chance.randrange(1, 6)), "has_video": system.video,
        "setting": system.setting,
    }  # fmt: skip
    subject = Subject(
        title=asset.name, area_path=asset.area_path, lng=asset.lng, lat=asset.lat, address=asset.address,
        premises_id=asset.premises_id, asset_id=asset.pk, organisation_id=asset.organisation_id,
        responsible=crew["duty"].body, opened_at=moment,
        priority=1 if nature in (Nature.PANIC, Nature.FIRE) else 2,
    )  # fmt: skip
    with clock.at(moment):
        case = open_case(
            "networked_alarms.alarm", subject, detail, SYSTEM, opened_by={"demo": number},
            fold_key=f"demo:{number}",
        ).case  # fmt: skip
    for step in _course(nature, system, chance):
        with clock.at(moment + timedelta(seconds=step.after)):
            if step.transition in (Stage.OFFERED, Stage.ON_SCENE, Stage.CLEAR):
                _move(cars[number % len(cars)], case.pk, step.transition, crew["duty"])
            else:
                act(case.pk, step.transition, crew[step.who], step.answers)


def _move(car: Unit, case: Any, stage: str, duty: Actor) -> None:
    """The guard car is sent, or it goes on."""
    if stage == Stage.OFFERED:
        offer(case, car.pk, duty)
    else:
        move(Assignment.objects.get(case=case), stage, duty)


def _course(nature: Nature, system: AlarmSystem, chance: Any) -> Iterator[Step]:
    """What happened: mostly false, sometimes a test or the real thing."""
    opened = chance.uniform(3, 13) if chance.random() < 0.93 else chance.uniform(16, 40)
    kind = chance.random()
    slow = 25 if chance.random() < 0.05 else 0
    verified = opened + chance.uniform(8, 14 if nature == Nature.PANIC else 38) + slow
    yield Step(opened, "acknowledge", "duty", {})
    if kind < 0.12:
        yield Step(verified, "close_test", "duty", {"outcome": Outcome.TEST})
        return
    method = Method.VIDEO if system.video else Method.CALL_BACK
    yield Step(opened + 2, "verify", "duty", {"method": method})
    if kind < 0.68:
        wrong = {
            "outcome": Outcome.FALSE if chance.random() < 0.8 else Outcome.USER_ERROR,
            "cause": chance.choice(CAUSES),
        }
        yield Step(verified, "close_false", "duty", wrong)
    elif kind < 0.88:
        yield from _guard(system, verified, chance)
    else:
        yield from _handed_over(nature, verified, chance)


def _guard(system: AlarmSystem, verified: float, chance: Any) -> Iterable[Step]:
    limit = 300 if system.setting == Setting.URBAN else 900
    there = verified + chance.uniform(0.4, 1.08) * limit
    found = {"outcome": Outcome.FALSE if chance.random() < 0.85 else Outcome.DEVICE_FAULT, "reason": "现场正常，已复位"}
    return (
        Step(verified, Stage.OFFERED, "duty", {}),
        Step(there, Stage.ON_SCENE, "duty", {}),
        Step(there + chance.uniform(120, 900), "found_by_radio", "duty", found),
        Step(there + 960, Stage.CLEAR, "duty", {}),
        Step(there + chance.uniform(2_000, 40_000), "tell_user", "duty", {}),
    )


def _handed_over(nature: Nature, verified: float, chance: Any) -> Iterable[Step]:
    fire = nature == Nature.FIRE
    ground = Ground.FIRE_CONFIRMED if fire else Ground.PANIC if nature == Nature.PANIC else Ground.ADJACENT_ZONES
    taken = verified + chance.uniform(6, 31)
    receiver = {"receiver": Receiver.FIRE if fire else Receiver.POLICE,
                "receiver_number": f"演示{chance.randrange(10**6):06d}"}  # fmt: skip
    return (
        Step(verified, "confirm", "duty", {"ground": ground}),
        Step(taken, "hand_over", "duty", receiver),
        Step(taken + chance.uniform(900, 7_200), "receiver_outcome", "fire" if fire else "police",
             {"outcome": Outcome.TRUE}),
        Step(taken + chance.uniform(8_000, 60_000), "tell_user", "duty", {}),
    )  # fmt: skip


def lost_links(city: Any, operator: AlarmOperator) -> None:
    """The open cases of the systems that fell silent: the user is told, the technician has been there."""
    crew = (_actor(city, "duty", operator.body_id), _actor(city, "technician", operator.body_id))
    silent = AssetState.objects.filter(
        presence="offline", asset__alarm_system__contracts__during__contains=city.day
    ).select_related("asset")
    for number, state in enumerate(silent.order_by("last_seen", "asset__number")):
        if state.last_seen:
            _lost_link(city, number, state.asset, state.last_seen, *crew)


def _lost_link(city: Any, number: int, asset: Asset, silent: datetime, duty: Actor, technician: Actor) -> None:
    chance, moment = city.rng("lost link", "", number), silent + timedelta(minutes=5)
    subject = Subject(
        title=asset.name, area_path=asset.area_path, lng=asset.lng, lat=asset.lat, address=asset.address,
        premises_id=asset.premises_id, asset_id=asset.pk, organisation_id=asset.organisation_id,
        responsible=duty.body, opened_at=moment,
    )  # fmt: skip
    with clock.at(moment):
        case = open_case(
            LINK_LOST, subject, {"silent_since": silent}, SYSTEM, fold_key=f"{LINK_LOST}:{asset.pk}:",
            opened_by={"demo": number},
        ).case  # fmt: skip
    with clock.at(moment + timedelta(minutes=chance.uniform(2, 9))):
        act(case.pk, "tell_user", duty)
    with clock.at(min(moment + timedelta(hours=chance.uniform(3, 23)), city.at("00:00"))):
        act(case.pk, "on_site", technician)
