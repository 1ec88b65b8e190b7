"""From what panels say to cases: alarms by the decision rule, lost links. Pure: see `decisions` for the rule itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from linli.domains.networked_alarms.decisions import Heard, ends_test, ground
from linli.domains.networked_alarms.site_plan import SitePlan, zone_number
from linli.domains.networked_alarms.vocabulary import NATURE_OF, RECEIVER_OF, Ground, Nature
from linli.domains.networked_alarms.workflow import FIRE, PRACTICE, QUALITY
from linli.rules.declarations import Close, Decision, Open, Rule, Update
from linli.rules.facts import AssetView, HeardSignal, StateView

ALARM, LINK_LOST = "networked_alarms.alarm", "networked_alarms.link_lost"
SYSTEMS = ("networked_alarms.system",)
RAISED = ("raised", "continuing", "test")  # a test bit never demotes an alarm
REMEMBERED = timedelta(minutes=10)
NEVER_SUPPRESSED = (Nature.PANIC, Nature.MEDICAL, Nature.GAS)
PRIORITY: dict[Nature, Literal[1, 2, 3, 4]] = {
    Nature.FIRE: 1,
    Nature.GAS: 1,
    Nature.PANIC: 1,
    Nature.MEDICAL: 1,
    Nature.INTRUSION: 2,
    Nature.TAMPER: 2,
    Nature.OTHER: 3,
}
OVER = {
    "restored": _("restored by the device"),
    "cancelled": _("cancelled at the panel by its user"),
}


def alarm(signal: HeardSignal, asset: AssetView, state: StateView, now: datetime) -> Decision:
    """An alarm opens a case or joins the open one of its nature; the decision rule may hand it over at once.

    In a test window intrusion makes no case, a hold-up always does; a fire is marked, called back, and real as soon
    as a manual call point or a second detector speaks.
    """
    heard = heard_alarm(signal)
    if heard is None:
        return None
    if signal.phase in OVER:
        return Update(kind=ALARM, text=OVER[signal.phase], fold=heard.nature)
    plan = SitePlan.model_validate(dict(asset.settings))
    raised = (one for one in state.since("alarm.*", now - REMEMBERED) if one.phase in RAISED)
    earlier = [one for one in map(heard_alarm, raised) if one]
    in_test = plan.in_test(now) and heard.nature not in NEVER_SUPPRESSED
    if in_test and heard.nature != Nature.FIRE:
        return None
    in_test = in_test and not ends_test(heard, earlier, plan)
    why = ground(heard, earlier, plan)
    return Open(
        kind=ALARM, title=asset.name, fold=heard.nature, priority=PRIORITY[heard.nature],
        detail=_detail(signal, heard, plan) | {"in_test": in_test},
        transition="report_by_rule" if why else "",
        answers=_handing_over(why, heard, earlier) | {"in_test": False} if why else {},
    )  # fmt: skip


def heard_alarm(signal: HeardSignal) -> Heard | None:
    """The alarm a signal tells of; None when it is none, or one that is over."""
    nature = NATURE_OF.get(signal.kind)
    if nature is None or signal.phase not in (*RAISED, *OVER):
        return None
    mode = fact(signal, "mode")
    return Heard(
        nature=nature, zone=str(fact(signal, "zone") or ""), at=signal.received_at,
        code=str(fact(signal, "code") or ""), manual=fact(signal, "trigger") == "manual",
        verified=mode == "verified" or fact(signal, "verified") is True,
        silent=mode == "silent" or fact(signal, "silent") is True, summary=fact(signal, "summary") is True,
    )  # fmt: skip


def fact(signal: HeardSignal, name: str) -> Any:
    """A value of the signal, also one that its kind has no field for."""
    found = signal.data.get(name)
    return found if found is not None else (signal.data.get("extra") or {}).get(name)


def link(signal: HeardSignal, asset: AssetView, state: StateView, now: datetime) -> Decision:
    """A link that is late opens a case; a system that is heard again closes it."""
    if signal.kind == "status.online":
        return Close(kind=LINK_LOST, transition="heard_again")
    return Open(kind=LINK_LOST, title=asset.name, detail={"silent_since": signal.occurred_at})


def _detail(signal: HeardSignal, heard: Heard, plan: SitePlan) -> dict[str, Any]:
    return {
        "nature": heard.nature.value,
        "zone": zone_number(heard.zone)[:8],
        "zone_name": (plan.zone(heard.zone).name or str(fact(signal, "text") or ""))[:80],
        "code": heard.code[:12],
        "device_time": signal.occurred_at,
        "silent": heard.silent,
        "has_video": plan.video,
        "setting": plan.setting.value,
        "receiver": RECEIVER_OF[heard.nature].value,
    }


def _handing_over(why: Ground, heard: Heard, earlier: list[Heard]) -> dict[str, Any]:
    """What the hand-over says besides: the ground, and the second zone when there was a first."""
    said: dict[str, Any] = {"ground": why.value}
    if any(other.nature == heard.nature and other.zone != heard.zone for other in earlier):
        said |= {"second_zone": zone_number(heard.zone)[:8]}
    return said


RULES = (
    Rule(
        key="networked_alarms.alarm", on=tuple(NATURE_OF), asset_types=SYSTEMS, decide=alarm,
        clause=f"{PRACTICE}; {FIRE}",
    ),
    Rule(
        key="networked_alarms.link", on=("status.late", "status.online"), asset_types=SYSTEMS, decide=link,
        clause=QUALITY,
    ),
)  # fmt: skip
