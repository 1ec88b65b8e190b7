"""May this actor make this step now? State, post, relation to the case, and what the step needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.actor import Actor
from linli.accounts.models import Body
from linli.accounts.registry import posts as declared_posts
from linli.base.refusal import Refusal
from linli.cases.declarations import Need, Transition, Workflow
from linli.cases.details import detail_of
from linli.cases.models import Case, Detail, Evidence, TimelineEntry
from linli.cases.refusals import (
    NeedMissing,
    NotAbove,
    NoTransition,
    NotWorking,
    WrongPost,
    WrongRelation,
    WrongState,
)
from linli.cases.registry import kinds

AGREED = "agreed"


class Facts:
    """What the needs and relations of a case are checked against; each is read at most once."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def detail(self) -> Detail | None:
        """The typed row."""
        return detail_of(self.case)

    @cached_property
    def evidence(self) -> list[Evidence]:
        """What was added since the case came into its state."""
        return list(self.case.evidence.filter(added_at__gte=self.case.state_since))

    @cached_property
    def agreements(self) -> list[TimelineEntry]:
        """Who agreed to which step since the case came into its state."""
        return list(self.case.timeline.filter(what=AGREED, at__gte=self.case.state_since))

    @cached_property
    def responsible(self) -> Body | None:
        """The responsible body."""
        return Body.objects.filter(pk=self.case.responsible_id).first() if self.case.responsible_id else None


def check(facts: Facts, workflow: Workflow, transition: Transition, actor: Actor, answers: Mapping[str, Any]) -> None:
    """Raises the first reason why `actor` may not make `transition` now: WrongState, WrongPost, WrongRelation, NeedMissing."""
    for reason in (
        wrong_state(facts.case, workflow, transition),
        wrong_post(transition, actor),
        wrong_relation(facts, transition, actor),
        needs_missing(facts, transition, transition.needs, actor, answers),
    ):
        if reason:
            raise reason


def wrong_state(case: Case, workflow: Workflow, transition: Transition) -> Refusal | None:
    """WrongState when the transition does not leave the state the case is in."""
    if case.state in transition.sources:
        return None
    return WrongState(
        transition=transition.label,
        state=workflow.state(case.state).label,
        sources=listed([workflow.state(source).label for source in transition.sources]),
    )


def wrong_post(transition: Transition, actor: Actor) -> Refusal | None:
    """WrongPost when another post makes this step."""
    if actor.post in transition.posts:
        return None
    return WrongPost(transition=transition.label, posts=listed([post_label(post) for post in transition.posts]))


def transition_of(workflow: Workflow, key: str) -> Transition:
    """The step `key` of a workflow. NoTransition naming the steps there are."""
    try:
        return workflow.transition(key)
    except KeyError:
        known = ", ".join(transition.key for transition in workflow.transitions)
        raise NoTransition(transition=key, known=known) from None


def wrong_second(transition: Transition, actor: Actor) -> Refusal | None:
    """WrongPost when the step needs no second person of the actor's post."""
    seconds = [_second_posts(transition, need) for need in transition.needs if need.what == "second_person"]
    if any(actor.post in posts for posts in seconds):
        return None
    others = [post_label(post) for posts in seconds for post in posts]
    return WrongPost(transition=transition.label, posts=listed(others or [gettext_lazy("nobody")]))


def is_agreement(entry: TimelineEntry, transition: Transition) -> bool:
    """True for a line by which somebody agreed to `transition`."""
    return entry.what == AGREED and entry.data.get("transition") == transition.key


def wrong_relation(facts: Facts, transition: Transition, actor: Actor) -> Refusal | None:
    """WrongRelation when the actor's body (or he himself) does not stand to the case as the step demands."""
    if actor.post == "system" or transition.relation == "any":
        return None
    tests = {"responsible": _is_responsible, "opener": _is_opener, "superior": _is_superior}
    if tests[transition.relation](facts, actor):
        return None
    relation = _lazy_relation(transition.relation, _body_name(facts))
    return WrongRelation(transition=transition.label, relation=relation)


def needs_missing(
    facts: Facts, transition: Transition, needs: Iterable[Need], actor: Actor, answers: Mapping[str, Any]
) -> Refusal | None:
    """NeedMissing naming everything that is not there yet, with its clause."""
    missing = [need for need in needs if not _met(facts, transition, need, actor, answers)]
    if not missing:
        return None
    return NeedMissing(
        transition=transition.label,
        needs=listed([_lazy_need(facts.case, need) for need in missing]),
        codes=",".join(f"needs.{need.what}" for need in missing),
    )


def check_working(case: Case, workflow: Workflow, actor: Actor) -> None:
    """Raises NotWorking unless the actor's post has to do with the case now, and his body works on it or is above.

    For what is no step of the workflow: editing, pausing a clock, asking others in, handing over.
    """
    if actor.post == "system":
        return
    facts = Facts(case)
    posts = working_posts(case, workflow)
    beside = actor.body is not None and actor.body in case.bodies
    if actor.post in posts and (_is_responsible(facts, actor) or beside or _is_superior(facts, actor)):
        return
    raise NotWorking(number=case.number, posts=listed([post_label(post) for post in posts]), body=_body_name(facts))


def check_superior(case: Case, actor: Actor) -> None:
    """Raises NotAbove unless the actor stands above the responsible body (or is the house itself)."""
    facts = Facts(case)
    if actor.post != "system" and not _is_superior(facts, actor):
        raise NotAbove(body=_body_name(facts))


def working_posts(case: Case, workflow: Workflow) -> tuple[str, ...]:
    """The posts that make a step from the case's state, and those its kind names."""
    stepping = [post for step in workflow.transitions if case.state in step.sources for post in step.posts]
    kind = kinds.get(case.kind_id)
    named = [*kind.posts, *kind.open_posts] if kind else []
    return tuple(post for post in dict.fromkeys([*stepping, *named]) if post != "system")


def need_label(case: Case, need: Need) -> str:
    """What is needed, in words, with its clause: «the re-inspection photo — art. 12»."""
    said = str(need.label) or _default_label(case, need)
    return f"{said} — {need.clause}" if need.clause else said


_lazy_need = lazy(need_label, str)


def post_label(key: str) -> Any:
    """A post in words (lazy); its key when its pack is gone."""
    if key == "system":
        return gettext_lazy("the house itself")
    declared = declared_posts.get(key)
    return declared.label if declared else key


def _joined(items: Sequence[Any]) -> str:
    # Translators: what stands between the items of a list.
    return _(", ").join(map(str, items))


# The items in a row, as the reader's language separates them; lazy, so that a refusal can be read in any.
listed = lazy(_joined, str)


def _met(facts: Facts, transition: Transition, need: Need, actor: Actor, answers: Mapping[str, Any]) -> bool:
    if need.what == "field":
        given = answers.get(need.name, getattr(facts.detail, need.name, None))
        return given not in (None, "", [], ())
    if need.what in ("photo", "document"):
        return any(row.kind == need.what and need.name in ("", row.need) for row in facts.evidence)
    if need.what == "second_person":
        return any(_agrees(entry, transition, need, actor) for entry in facts.agreements)
    return bool(str(answers.get(need.name or need.what, "")).strip())


def _agrees(entry: TimelineEntry, transition: Transition, need: Need, actor: Actor) -> bool:
    other = entry.actor_id is not None and entry.actor_id != actor.user_id
    return other and entry.post in _second_posts(transition, need) and is_agreement(entry, transition)


def _second_posts(transition: Transition, need: Need) -> tuple[str, ...]:
    return (need.name,) if need.name else transition.posts


def _is_responsible(facts: Facts, actor: Actor) -> bool:
    if facts.case.responsible_id:
        return facts.case.responsible_id in actor.bodies
    return any(_at_or_above(area, facts.case.area_path) for area in actor.areas)


def _is_opener(facts: Facts, actor: Actor) -> bool:
    opener = facts.case.opened_by.get("user")
    return bool(opener) and opener == str(actor.user_id)


def _is_superior(facts: Facts, actor: Actor) -> bool:
    """His body is the parent of the responsible one, or his area lies truly above that body's."""
    body = facts.responsible
    if body and body.parent_id and body.parent_id == actor.body:
        return True
    below = body.area_path if body else facts.case.area_path
    return any(area != below and _at_or_above(area, below) for area in actor.areas)


def _at_or_above(area: str, path: str) -> bool:
    return path == area or path.startswith(f"{area}.")


def _body_name(facts: Facts) -> Any:
    return facts.responsible.name if facts.responsible else gettext_lazy("the area's own body")


def _relation(relation: str, name: str) -> str:
    said = {
        "responsible": _("the responsible body, {name}"),
        "opener": _("whoever opened the case"),
        "superior": _("the level above {name}"),
    }
    return said[relation].format(name=name)


_lazy_relation = lazy(_relation, str)


def _default_label(case: Case, need: Need) -> str:
    if need.what == "field":
        detail = detail_of(case)
        return str(detail._meta.get_field(need.name).verbose_name) if detail else need.name  # type: ignore[union-attr]
    return {
        "photo": _("a photo"),
        "document": _("a document"),
        "second_person": _("the agreement of a second person"),
        "reason": _("a reason"),
        "number": _("a reference number"),
    }[need.what]
