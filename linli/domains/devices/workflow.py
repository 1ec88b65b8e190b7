"""How cases about devices are worked on. Product rules of the house: no law sets these limits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.cases.declarations import Clock, Need, State, Transition, Workflow

RULE = "product rule: devices"
KEEPERS = ("technician", "shift_leader", "administrator")

adoption = Workflow(
    start="open",
    states=(
        State(key="open", label=_("to adopt or refuse"), tone="orange"),
        State(key="adopted", label=_("adopted"), final=True, tone="good"),
        State(key="refused", label=_("refused"), final=True, tone="idle"),
    ),
    transitions=(
        Transition(
            key="adopt",
            label=_("adopt"),
            sources=("open",),
            target="adopted",
            posts=KEEPERS,
            relation="any",
            clause=RULE,
            needs=(Need(what="field", name="asset_number"),),
        ),
        Transition(
            key="refuse",
            label=_("refuse"),
            sources=("open",),
            target="refused",
            posts=KEEPERS,
            relation="any",
            clause=RULE,
            needs=(Need(what="reason"),),
        ),
    ),
    clocks=(
        Clock(
            key="decide",
            label=_("decide about the sender"),
            amount=24,
            unit="hours",
            starts_on="opened",
            stops_on=("adopted", "refused"),
            clause=RULE,
        ),
    ),
)


def repaired(label: object) -> Workflow:
    """Open → in repair → restored; the device may end it by itself from either. `label` names the first state."""
    return Workflow(
        start="open",
        states=(State(key="open", label=label, tone="orange"), *_STATES),
        transitions=_STEPS,
        clocks=(
            Clock(
                key="look", label=_("technician on it"), amount=24, unit="hours", starts_on="opened",
                stops_on=("repair", "restored", "dismissed"), clause=RULE, escalate={100: "shift_leader"},
            ),
            Clock(
                key="repair", label=_("in order again"), amount=3, unit="working_days", roll="next_working",
                starts_on="repair", stops_on=("restored", "dismissed"), clause=RULE,
            ),
        ),
    )  # fmt: skip


_STATES = (
    State(key="repair", label=_("in repair"), tone="blue"),
    State(key="restored", label=_("in order again"), final=True, tone="good"),
    State(key="dismissed", label=_("no fault found"), final=True, tone="idle"),
)
_STEPS = (
    Transition(
        key="take", label=_("take it on"), sources=("open",), target="repair", posts=KEEPERS, relation="any", clause=RULE
    ),
    Transition(
        key="repaired", label=_("repaired"), sources=("repair",), target="restored", posts=KEEPERS, relation="any",
        clause=RULE, needs=(Need(what="field", name="remedy"),),
    ),
    Transition(
        key="dismiss", label=_("no fault found"), sources=("open", "repair"), target="dismissed", posts=KEEPERS,
        relation="any", clause=RULE, needs=(Need(what="reason"),),
    ),
    Transition(
        key="device_restored", label=_("restored by the device"), sources=("open", "repair"), target="restored",
        posts=("system",), clause=RULE,
    ),
)  # fmt: skip

fault = repaired(_("fault reported"))
unstable = repaired(_("link unstable"))
outage = repaired(_("silent"))

code = Workflow(
    start="open",
    states=(
        State(key="open", label=_("code to be taught"), tone="yellow"),
        State(key="taught", label=_("taught"), final=True, tone="good"),
        State(key="ignored", label=_("of no meaning"), final=True, tone="idle"),
    ),
    transitions=(
        Transition(
            key="teach",
            label=_("write down what it means"),
            sources=("open",),
            target="taught",
            posts=KEEPERS,
            relation="any",
            clause=RULE,
            needs=(Need(what="field", name="meaning"),),
        ),
        Transition(
            key="ignore",
            label=_("of no meaning"),
            sources=("open",),
            target="ignored",
            posts=KEEPERS,
            relation="any",
            clause=RULE,
            needs=(Need(what="reason"),),
        ),
    ),
    clocks=(
        Clock(
            key="teach",
            label=_("find out what the code means"),
            amount=5,
            unit="working_days",
            roll="next_working",
            starts_on="opened",
            stops_on=("taught", "ignored"),
            clause=RULE,
        ),
    ),
)
