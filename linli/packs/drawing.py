"""State charts in Mermaid, drawn from the workflows that run (also in a pack's README, compared by a test)."""

from __future__ import annotations

from django.utils.translation import override

from linli.cases.declarations import CaseKind, Clock, Workflow
from linli.packs.declaration import Pack
from linli.packs.finding import folder_of

SHORT = {
    "seconds": "s",
    "minutes": "min",
    "hours": "h",
    "natural_days": "d",
    "working_days": "working d",
    "months": "months",
}


def draw(pack: Pack, language: str = "en") -> str:
    """Every kind of the pack: a heading and a fenced Mermaid chart, in `language`."""
    with override(language):
        return "\n".join(f"### {kind.label} (`{kind.key}`)\n\n```mermaid\n{chart(kind)}```\n" for kind in pack.kinds)


def is_drawn_in(pack: Pack) -> bool:
    """True when the README of the pack shows the charts as they are now (`linli packs draw KEY`)."""
    readme = folder_of(pack) / "README.md"
    return readme.exists() and draw(pack) in readme.read_text("utf-8")


def chart(kind: CaseKind) -> str:
    """A `stateDiagram-v2`: a line for each transition with its posts, a note for each state with its clocks."""
    workflow = kind.workflow
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.start}"]
    lines += [f"    {state.key}: {state.label}" for state in workflow.states]
    for step in workflow.transitions:
        posts = ", ".join(step.posts)
        lines += [f"    {source} --> {step.target}: {step.label} ({posts})" for source in step.sources]
    lines += [f"    {state.key} --> [*]" for state in workflow.states if state.final]
    lines += _notes(workflow)
    return "\n".join(lines) + "\n"


def _notes(workflow: Workflow) -> list[str]:
    lines = []
    for state in workflow.states:
        starting = [
            workflow_clock for workflow_clock in workflow.clocks if _starts(workflow_clock, state.key, workflow)
        ]
        if starting:
            lines.append(f"    note right of {state.key}: " + "; ".join(_limit(clock) for clock in starting))
    return lines


def _starts(clock: Clock, state: str, workflow: Workflow) -> bool:
    return clock.starts_on == state or (clock.starts_on == "opened" and state == workflow.start)


def _limit(clock: Clock) -> str:
    fires = f", then {clock.fires}" if clock.fires else ""
    return f"{clock.label or clock.key} ≤ {clock.amount} {SHORT[clock.unit]}{fires}"
