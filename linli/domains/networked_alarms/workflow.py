"""How an alarm, a lost link and a series of false alarms are worked on.

Sources: GA 1383-2017 (报警运营服务规范; chapters confirmed from its draft of 2015, limits are defaults that a contract
may tighten), GB 50440-2007 (fire), practice of receiving networked alarms (2010), Regulations on Security Services.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.declarations import Clock, Effect, Need, State, Transition, Workflow

OPERATORS = ("duty_operator", "shift_leader")
REVIEW = "GA 1383-2017 5.2.1"
FORWARDING = "GA 1383-2017 5.2.2"
ON_SCENE = "GA 1383-2017 5.2.3"
NOTICE = "GA 1383-2017 5.2.4"
QUALITY = "GA 1383-2017 5.3"
FIRE = "GB 50440-2007"
PRACTICE = "区域报警接处警 2010"

UNDECIDED = ("received", "acknowledged", "verifying", "checking")
DECIDED = ("reporting", "handed_over", "guard_sent", "closed_false", "closed_test")
NOT_PANIC = ("intrusion", "fire", "gas", "medical", "tamper", "other")

alarm = Workflow(
    start="received",
    states=(
        State(key="received", label=_("received"), tone="red"),
        State(key="acknowledged", label=_("opened"), tone="orange"),
        State(key="verifying", label=_("being verified"), tone="orange"),
        State(key="checking", label=_("user answered, looking on site"), tone="yellow"),
        State(key="reporting", label=_("to be handed over now"), tone="red"),
        State(key="handed_over", label=_("handed over"), tone="blue", untimed=_("the receiver's own clocks run")),
        State(key="guard_sent", label=_("guard on the way"), tone="orange"),
        State(key="on_scene", label=_("guard on the scene"), tone="blue", untimed=_("what is found decides")),
        State(key="outcome", label=_("outcome known, user to be told"), tone="yellow"),
        State(key="closed", label=pgettext_lazy("case", "closed"), final=True, tone="good"),
        State(key="closed_false", label=_("closed: false alarm"), final=True, tone="idle"),
        State(key="closed_test", label=_("closed: test"), final=True, tone="idle"),
    ),
    transitions=(
        Transition(
            key="acknowledge", label=_("open the alarm"), sources=("received",), target="acknowledged",
            posts=OPERATORS, clause=REVIEW,
        ),
        Transition(
            key="verify", label=_("begin to verify"), sources=("acknowledged",), target="verifying",
            posts=OPERATORS, clause=REVIEW, needs=(Need(what="field", name="method"),),
        ),
        Transition(
            key="answered", label=_("the user answers and looks"), sources=("verifying",), target="checking",
            posts=OPERATORS, clause=REVIEW,
        ),
        Transition(
            key="send_guard", label=_("send a guard"), sources=("acknowledged", "verifying", "checking"),
            target="guard_sent", posts=OPERATORS, clause=ON_SCENE,
        ),
        Transition(
            key="unit_offered", label=_("a guard car is sent"), sources=UNDECIDED, target="guard_sent",
            posts=("system",), clause=ON_SCENE,
        ),
        Transition(
            key="unit_withdrawn", label=_("no guard is on the way any more"), sources=("guard_sent",),
            target="verifying", posts=("system",),
        ),
        Transition(
            key="confirm", label=_("confirmed: hand over"), target="reporting",
            sources=("acknowledged", "verifying", "checking", "guard_sent", "on_scene"), posts=(*OPERATORS, "guard"),
            clause=PRACTICE, needs=(Need(what="field", name="ground"),),
            effects=(Effect(do="notify", what="networked_alarms.hand_over"),),
        ),
        Transition(
            key="report_by_rule", label=_("hand over by the decision rule"), sources=(*UNDECIDED, "guard_sent"),
            target="reporting", posts=("system",), clause=PRACTICE,
            effects=(Effect(do="notify", what="networked_alarms.hand_over"),),
        ),
        Transition(
            key="unreachable", label=_("user not reached: hand over"), sources=("received", "acknowledged", "verifying"),
            target="reporting", posts=("system",), clause=PRACTICE,
            effects=(Effect(do="notify", what="networked_alarms.hand_over"),),
        ),
        Transition(
            key="unanswered", label=_("call-back unanswered: hand over to 119"), target="reporting",
            sources=("received", "acknowledged", "verifying"), posts=("system",), clause=FIRE,
            effects=(Effect(do="notify", what="networked_alarms.hand_over"),),
        ),
        Transition(
            key="hand_over", label=_("handed over by voice"), sources=("reporting",), target="handed_over",
            posts=OPERATORS, clause=FORWARDING,
            needs=(Need(what="field", name="receiver"), Need(what="field", name="receiver_number")),
        ),
        Transition(
            key="take_over", label=_("take over"), sources=("reporting",), target="handed_over",
            posts=("police_110", "fire_119"), relation="any", clause=FORWARDING,
            needs=(Need(what="field", name="receiver_number"),),
        ),
        Transition(
            key="arrive", label=_("guard on the scene"), sources=("guard_sent",), target="on_scene",
            posts=("guard", *OPERATORS), clause=ON_SCENE,
        ),
        Transition(
            key="unit_on_scene", label=_("the guard car is on the scene"), sources=("guard_sent",), target="on_scene",
            posts=("system",), clause=ON_SCENE,
        ),
        Transition(
            key="find", label=_("report what was found"), sources=("on_scene",), target="outcome",
            posts=("guard",), clause=ON_SCENE,
            needs=(
                Need(what="field", name="outcome"),
                Need(what="photo", name="scene", label=_("a photo of the place"), clause=ON_SCENE),
            ),
        ),
        Transition(
            key="found_by_radio", label=_("record what the guard reports"), sources=("on_scene",), target="outcome",
            posts=OPERATORS, clause=ON_SCENE,
            needs=(Need(what="field", name="outcome"), Need(what="reason", label=_("what the guard reported"))),
        ),
        Transition(
            key="receiver_outcome", label=_("record the receiver's outcome"), sources=("handed_over",),
            target="outcome", posts=(*OPERATORS, "police_110", "fire_119"), relation="any", clause=FORWARDING,
            needs=(Need(what="field", name="outcome"), Need(what="field", name="receiver_number")),
        ),
        Transition(
            key="tell_user", label=_("user told, close"), sources=("outcome",), target="closed",
            posts=OPERATORS, clause=NOTICE,
        ),
        Transition(
            key="close_false", label=_("no danger: close"), target="closed_false",
            sources=("acknowledged", "verifying", "checking"), posts=OPERATORS, clause=REVIEW,
            needs=(Need(what="field", name="method"), Need(what="field", name="outcome")),
        ),
        Transition(
            key="close_test", label=_("it was a test: close"), sources=("received", "acknowledged", "verifying"),
            target="closed_test", posts=(*OPERATORS, "system"), clause=REVIEW,
        ),
    ),
    clocks=(
        Clock(
            key="answer", label=_("alarm opened"), amount=15, unit="seconds", starts_on="opened",
            stops_on=("acknowledged", "verifying", "checking", *DECIDED), clause=REVIEW, warn_at=66, safety=True,
            escalate={100: "shift_leader"},
        ),
        Clock(
            key="verify", label=_("verification finished"), amount=60, unit="seconds", starts_on="opened", stops_on=DECIDED,
            clause=REVIEW, warn_at=66, safety=True, escalate={100: "shift_leader"}, only={"nature": NOT_PANIC},
        ),
        Clock(
            key="verify_panic", label=_("hold-up verified"), amount=30, unit="seconds", starts_on="opened",
            stops_on=DECIDED, clause=REVIEW, warn_at=66, safety=True, escalate={100: "shift_leader"},
            only={"nature": ("panic",)},
        ),
        Clock(
            key="reach", label=_("user reached, else handed over"), amount=30, unit="seconds", starts_on="opened",
            stops_on=("checking", *DECIDED), clause=PRACTICE, safety=True, fires="unreachable",
            only={"nature": ("panic",), "has_video": (False,)},
        ),
        Clock(
            key="call_back", label=_("call-back answered, else 119"), amount=60, unit="seconds", starts_on="opened",
            stops_on=("checking", *DECIDED), clause=FIRE, safety=True, fires="unanswered",
            only={"nature": ("fire",), "in_test": (False,)},
        ),
        Clock(
            key="report", label=_("hand-over finished"), amount=30, unit="seconds", starts_on="reporting",
            stops_on=("handed_over",), clause=FORWARDING, warn_at=66, safety=True, escalate={100: "shift_leader"},
        ),
        Clock(
            key="guard_urban", label=_("guard on the scene"), amount=5, unit="minutes", starts_on="guard_sent",
            stops_on=("on_scene", "handed_over", "outcome"), clause=ON_SCENE, safety=True, escalate={100: "shift_leader"},
            only={"setting": ("urban",)},
        ),
        Clock(
            key="guard_rural", label=_("guard on the scene"), amount=15, unit="minutes", starts_on="guard_sent",
            stops_on=("on_scene", "handed_over", "outcome"), clause=ON_SCENE, safety=True, escalate={100: "shift_leader"},
            only={"setting": ("rural",)},
        ),
        Clock(
            key="tell_user", label=_("user told"), amount=24, unit="hours", starts_on="outcome", stops_on=("closed",),
            clause=NOTICE, escalate={100: "shift_leader"},
        ),
    ),
)  # fmt: skip

link_lost = Workflow(
    start="lost",
    states=(
        State(key="lost", label=_("link lost"), tone="orange"),
        State(key="told", label=_("user told"), tone="yellow"),
        State(
            key="repairing", label=_("technician on site"), tone="blue",
            untimed=_("no limit is set; the link itself closes the case"),
        ),
        State(key="restored", label=_("link restored"), final=True, tone="good"),
    ),
    transitions=(
        Transition(
            key="tell_user", label=_("user told"), sources=("lost",), target="told", posts=OPERATORS, clause=NOTICE,
        ),
        Transition(
            key="on_site", label=_("technician on site"), sources=("lost", "told"), target="repairing",
            posts=("technician",), clause=QUALITY,
        ),
        Transition(
            key="repaired", label=_("report the link repaired"), sources=("repairing",), target="restored",
            posts=("technician",), clause=QUALITY, needs=(Need(what="field", name="cause"),),
        ),
        Transition(
            key="heard_again", label=_("the system is heard again"), sources=("lost", "told", "repairing"),
            target="restored", posts=("system",),
        ),
    ),
    clocks=(
        Clock(
            key="tell_user", label=_("user told"), amount=10, unit="minutes", starts_on="opened",
            stops_on=("told", "repairing", "restored"), clause=NOTICE, safety=True, escalate={100: "shift_leader"},
        ),
        Clock(
            key="technician", label=_("technician on site"), amount=24, unit="hours", starts_on="opened",
            stops_on=("repairing", "restored"), clause=QUALITY, safety=True, escalate={100: "shift_leader"},
        ),
    ),
)  # fmt: skip

improvement = Workflow(
    start="analysis",
    states=(
        State(
            key="analysis", label=_("cause to be found"), tone="yellow",
            untimed=_("no limit is set; it stands in the monthly report"),
        ),
        State(
            key="measures", label=_("measures agreed"), tone="blue",
            untimed=_("no limit is set; it stands in the monthly report"),
        ),
        State(key="improved", label=_("improved"), final=True, tone="good"),
    ),
    transitions=(
        Transition(
            key="analyse", label=_("record cause and measure"), sources=("analysis",), target="measures",
            posts=("technician", *OPERATORS), clause=QUALITY,
            needs=(Need(what="field", name="cause"), Need(what="field", name="measure")),
        ),
        Transition(
            key="bypass", label=_("bypass a zone"), sources=("measures",), target="measures",
            posts=("technician",), clause=QUALITY,
            needs=(
                Need(what="field", name="bypassed_zones"),
                Need(what="document", name="owner_signature", label=_("the owner's signature")),
            ),
        ),
        Transition(
            key="finish", label=_("measures are in place"), sources=("measures",), target="improved",
            posts=("technician", "user_contact"), relation="any", clause=QUALITY,
        ),
    ),
)  # fmt: skip
