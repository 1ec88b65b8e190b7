"""Which posts read a case: row-level security says which cases, the kind says which posts."""

from __future__ import annotations

from linli.accounts.actor import Actor
from linli.base.refusal import NotYours
from linli.cases.declarations import CaseKind
from linli.cases.lawful import post_label
from linli.cases.models import Case
from linli.cases.registry import kinds

# They decide transfers between bodies, so they read cases of every kind in their area.
OVERSEERS = ("coordinator",)


def readers(kind: CaseKind) -> tuple[str, ...]:
    """The posts that the kind names, that open it, make a step of it, agree to one, or hear its clocks; sorted."""
    found = {*OVERSEERS, *kind.posts, *kind.open_posts}
    for step in kind.workflow.transitions:
        found |= {*step.posts, *(need.name for need in step.needs if need.what == "second_person" and need.name)}
    for clock in kind.workflow.clocks:
        found |= set(clock.escalate.values())
    return tuple(sorted(found - {"system"}))


def check_reader(case: Case, actor: Actor) -> None:
    """Raises NotYours when the actor's post has nothing to do with cases of this kind.

    Cases of a removed pack are read by the overseers alone. A post that was given a task reads that case.
    """
    kind = kinds.get(case.kind_id)
    posts = readers(kind) if kind else OVERSEERS
    if actor.post in posts or case.tasks.filter(post=actor.post).exists():
        return
    raise NotYours(posts=", ".join(str(post_label(post)) for post in posts))
