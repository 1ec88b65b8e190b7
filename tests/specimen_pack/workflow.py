"""The specimen's law: invented, with one of everything that a workflow can have."""

from __future__ import annotations

from linli.base.bilingual import bilingual
from linli.cases.declarations import Clock, Effect, Need, State, Transition, Workflow

RULES = "Hydrant Rules art. {}"
STATES = (
    State(key="reported", label=bilingual("已报告", "reported"), tone="red"),
    State(key="repair", label=bilingual("维修中", "under repair"), tone="orange"),
    State(key="waiting", label=bilingual("等待配件", "waiting for parts"), tone="yellow"),
    State(key="restored", label=bilingual("已恢复", "restored"), final=True, tone="good"),
    State(key="unfounded", label=bilingual("不属实", "unfounded"), final=True, tone="idle"),
)
TRANSITIONS = (
    Transition(
        key="confirm",
        label=bilingual("确认故障", "confirm the fault"),
        sources=("reported",),
        target="repair",
        posts=("water_engineer",),
        clause=RULES.format(9),
        effects=(Effect(do="notify", what="specimen_pack.repair"),),
    ),
    Transition(
        key="dismiss",
        label=bilingual("无故障", "no fault found"),
        sources=("reported",),
        target="unfounded",
        posts=("water_engineer",),
        needs=(Need(what="photo", label=bilingual("消火栓照片", "the photo of the hydrant"), clause=RULES.format(10)),),
    ),
    Transition(
        key="pressure_back",
        label=bilingual("压力恢复", "pressure is back"),
        sources=("reported",),
        target="unfounded",
        posts=("system",),
    ),
    Transition(
        key="presume",
        label=bilingual("推定故障", "presume the fault"),
        sources=("reported",),
        target="repair",
        posts=("system",),
        clause=RULES.format(9),
    ),
    Transition(
        key="await_parts",
        label=bilingual("等待配件", "wait for parts"),
        sources=("repair",),
        target="waiting",
        posts=("water_engineer",),
        needs=(Need(what="reason"),),
        effects=(Effect(do="suspend", what="repair"),),
    ),
    Transition(
        key="parts_here",
        label=bilingual("配件到位", "the parts are here"),
        sources=("waiting",),
        target="repair",
        posts=("water_engineer",),
        effects=(Effect(do="resume", what="repair"),),
    ),
    Transition(
        key="restore",
        label=bilingual("报告恢复供水", "report water again"),
        sources=("repair",),
        target="restored",
        posts=("water_engineer",),
        clause=RULES.format(11),
        needs=(
            Need(what="field", name="pressure_kpa", clause=RULES.format(11)),
            Need(what="second_person", name="hydrant_inspector"),
        ),
    ),
    Transition(
        key="reopen",
        label=bilingual("再次断水", "it is dry again"),
        sources=("restored",),
        target="repair",
        posts=("hydrant_inspector",),
        relation="superior",
        needs=(Need(what="reason"),),
    ),
)
CLOCKS = (
    Clock(
        key="confirm",
        label=bilingual("确认", "confirm"),
        amount=24,
        unit="hours",
        starts_on="opened",
        stops_on=("repair", "unfounded"),
        clause=RULES.format(9),
        fires="presume",
    ),
    Clock(
        key="repair",
        label=bilingual("修复", "repair"),
        amount=5,
        unit="working_days",
        roll="next_working",
        starts_on="repair",
        stops_on=("restored",),
        clause=RULES.format(11),
        escalate={100: "hydrant_inspector"},
    ),
)
fault = Workflow(start="reported", states=STATES, transitions=TRANSITIONS, clocks=CLOCKS)
