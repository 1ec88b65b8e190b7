"""What can be done now: every step out of the case's state, with whether this actor may and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from linli.accounts.actor import Actor
from linli.base.refusal import Refusal
from linli.cases import lawful
from linli.cases.declarations import Need, Transition
from linli.cases.models import Case
from linli.cases.workflows import workflow_of

# What the form of the step itself asks for; the rest must be there before.
ASKED = ("field", "reason", "number")


@dataclass(frozen=True, slots=True)
class Step:
    """A step out of the current state. `refusal` says why it cannot be made now; `asks` is what its form asks for.

    `primary`: the first that this actor may make. `may_agree`: he can be the second person it still needs.
    """

    transition: Transition
    refusal: Refusal | None
    asks: tuple[Need, ...]
    primary: bool = False
    may_agree: bool = False

    @property
    def allowed(self) -> bool:
        """True when the actor may make it now."""
        return self.refusal is None

    @property
    def reason(self) -> str:
        """Why not, in words: «needs the re-inspection photo — art. 12»."""
        return self.refusal.text() if self.refusal else ""


def steps(case: Case, actor: Actor) -> list[Step]:
    """The steps out of the case's state that people make, as declared; the first lawful one is primary."""
    workflow, facts = workflow_of(case), lawful.Facts(case)
    found: list[Step] = []
    for transition in workflow.transitions:
        if case.state in transition.sources and transition.posts != ("system",):
            refusal = _refusal(facts, transition, actor)
            primary = refusal is None and not any(step.primary for step in found)
            asks = tuple(need for need in transition.needs if need.what in ASKED)
            found.append(Step(transition, refusal, asks, primary, _may_agree(facts, transition, actor)))
    return found


def _refusal(facts: lawful.Facts, transition: Transition, actor: Actor) -> Refusal | None:
    needs = [need for need in transition.needs if need.what not in ASKED]
    return (
        lawful.wrong_post(transition, actor)
        or lawful.wrong_relation(facts, transition, actor)
        or lawful.needs_missing(facts, transition, needs, actor, {})
    )


def _may_agree(facts: lawful.Facts, transition: Transition, actor: Actor) -> bool:
    if lawful.wrong_second(transition, actor):
        return False
    return not any(
        lawful.is_agreement(entry, transition) and entry.actor_id == actor.user_id for entry in facts.agreements
    )
