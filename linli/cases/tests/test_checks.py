"""A workflow that cannot work is an error at the start, with what, where, what to do."""

from dataclasses import replace

import pytest

from linli.cases.checks import faults_of
from linli.cases.declarations import Effect, State, Transition
from tests.specimen_pack.pack import fault as KIND


def step(key, **changes):
    return replace(KIND.workflow.transition(key), **changes)


def with_steps(*steps):
    kept = [old for old in KIND.workflow.transitions if old.key not in {new.key for new in steps}]
    return replace(KIND.workflow, transitions=(*kept, *steps))


def with_clock(**changes):
    confirm, repair = KIND.workflow.clocks
    return replace(KIND.workflow, clocks=(confirm, replace(repair, **changes)))


def with_state(state):
    return replace(KIND.workflow, states=(*KIND.workflow.states, state))


@pytest.mark.parametrize(
    ("workflow", "id", "says"),
    [
        (with_steps(step("restore", target="restord")), "packs.E021", "«restore» names the state «restord»"),
        (replace(KIND.workflow, start="begun"), "packs.E021", "the start names the state «begun»"),
        (with_clock(starts_on="repaired"), "packs.E021", "clock «repair» names the state «repaired»"),
        (replace(KIND.workflow, clocks=KIND.workflow.clocks * 2), "packs.E021", "«repair» stands twice"),
        (with_state(State(key="lost", label="lost", final=True)), "packs.E022", "no way leads to the state «lost»"),
        (with_steps(step("parts_here", sources=("repair",))), "packs.E023", "«waiting» cannot be left"),
        (with_steps(step("confirm", posts=())), "packs.E023", "nobody may make the transition «confirm»"),
        (replace(KIND.workflow, clocks=KIND.workflow.clocks[:1]), "packs.E024", "no clock runs in the state «repair»"),
        (with_clock(stops_on=()), "packs.E025", "nothing stops the clock «repair»"),
        (with_clock(stops_on=("reported",)), "packs.E025", "no way leads from where the clock «repair» starts"),
        (with_clock(clause=""), "packs.E026", "the clock «repair» names no clause"),
        (with_clock(unit="hours", roll="next_working"), "packs.E027", "«repair» rolls"),
        (with_clock(safety=True, roll="none"), "packs.E027", "suspends the clock «repair»"),
        (with_clock(fires="explode"), "packs.E028", "fires «explode», which is no transition"),
        (with_clock(fires="confirm"), "packs.E028", "`system` may not make"),
        (with_clock(fires="pressure_back"), "packs.E028", "never runs where «pressure_back» is possible"),
        (with_clock(only={"colour": ("red",)}), "packs.E028", "looks at colour"),
        (with_steps(step("confirm", effects=(Effect(do="suspend", what="x"),))), "packs.E029", "clock «x»"),
        (with_steps(step("confirm", effects=(Effect(do="notify", what="x"),))), "packs.E029", "notice «x»"),
    ],
)
def test_a_faulty_workflow_is_named_with_a_hint(specimen, workflow, id, says):
    found = faults_of(replace(KIND, workflow=workflow))
    assert any(fault.id == id and says in fault.msg and fault.hint for fault in found), found


def test_the_specimen_is_sound(specimen):
    assert faults_of(KIND) == []


def test_a_state_may_say_why_no_clock_runs(specimen):
    waits = State(key="archive", label="archive", untimed="nobody waits for it")
    goes = Transition(key="keep", label="keep", sources=("reported",), target="archive", posts=("system",))
    back = Transition(key="back", label="back", sources=("archive",), target="reported", posts=("system",))
    workflow = replace(with_steps(goes, back), states=(*KIND.workflow.states, waits))
    clocks = tuple(
        replace(clock, stops_on=(*clock.stops_on, "archive")) if clock.key == "confirm" else clock
        for clock in workflow.clocks
    )
    assert faults_of(replace(KIND, workflow=replace(workflow, clocks=clocks))) == []
    silent = replace(workflow, clocks=clocks, states=(*KIND.workflow.states, replace(waits, untimed="")))
    assert [fault.id for fault in faults_of(replace(KIND, workflow=silent))] == ["packs.E024"]
