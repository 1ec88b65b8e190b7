"""Writing through the gate: a department contributes values about a subject, or takes its own back.

Each department keeps its own row; another's is never overwritten. Every write is a line on the ledger, in the same
transaction and before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.access import formats, ledger
from linli.access.decide import Ask, Verdict, decide, known, purpose_named
from linli.access.declarations import Holding, Purpose
from linli.access.gate import entry_of, rule_text
from linli.access.ledger import GATE, Entry
from linli.access.models import Subject
from linli.access.refusals import BadValue, NotAllowed, TooMany, UnknownSubject
from linli.access.registry import dictionary, holdings, holdings_of
from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """Values (attribute → text) about one subject; `subject` None = not known yet. `area_path`: where it belongs."""

    values: dict[str, str]
    subject: UUID | None = None
    area_path: str | None = None
    checked: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)


def checked_values(values: dict[str, str]) -> dict[str, str]:
    """The values in the form in which they are kept. Raises UnknownAttribute, BadValue."""
    normal: dict[str, str] = {}
    for name in known(values):
        try:
            normal[name] = formats.normal(dictionary[name], values[name])
        except ValueError as fault:
            raise BadValue(attribute=dictionary[name].title, reason=fault) from fault
    return normal


def contribute(
    actor: Actor,
    subject: UUID | None,
    values: dict[str, str],
    provenance: dict[str, Any],
    basis: str,
    *,
    area_path: str | None = None,
    checked: str = "",
) -> UUID:
    """Write values about a subject (None: a new one) for the purpose `basis`; gives the subject's key.

    Raises UnknownPurpose, UnknownAttribute, UnknownSubject, BadValue, NotAllowed; then nothing is written.
    """
    one = Contribution(values=values, subject=subject, area_path=area_path, checked=checked, provenance=provenance)
    return contribute_many(actor, [one], basis)[0]


def contribute_many(actor: Actor, contributions: Sequence[Contribution], basis: str) -> list[UUID]:
    """The same for a batch, at most the purpose's bound: all of it or nothing; a fixed number of statements."""
    purpose = _within(basis, contributions)
    normal = [checked_values(item.values) for item in contributions]
    with transaction.atomic(using=GATE, durable=True):
        subjects = _subjects(contributions)
        asks = [
            Ask(actor=actor, purpose=purpose, subject=subject.pk, act="contribute", place=subject.area_path)
            for subject in subjects
        ]
        _entries, refusal = _record(asks, [tuple(values) for values in normal])
        if not refusal:
            Subject.objects.using(GATE).bulk_create(subject for subject in subjects if subject._state.adding)
            for holding in holdings:
                _store(holding, actor, basis, list(zip(asks, contributions, normal, strict=True)))
    if refusal:
        raise refusal
    return [subject.pk for subject in subjects]


def withdraw(actor: Actor, subjects: Sequence[UUID], basis: str) -> list[Entry]:
    """Take back what the actor's department contributed about these subjects. Raises as `contribute` does."""
    purpose = _within(basis, subjects)
    with transaction.atomic(using=GATE, durable=True):
        there = Subject.objects.using(GATE).in_bulk(list(subjects))
        asks = [
            Ask(actor=actor, purpose=purpose, subject=key, act="withdraw", place=subject.area_path)
            for key, subject in there.items()
        ]
        entries, refusal = _record(asks, [purpose.attributes] * len(asks))
        held = {holding.key: holding for name in purpose.attributes for holding in holdings_of(name)}
        for holding in () if refusal else held.values():
            holding.model()._base_manager.using(GATE).filter(
                subject_id__in=list(there), contributed_by=actor.body
            ).delete()
    if refusal:
        raise refusal
    return entries


def _within(basis: str, items: Sequence[Any]) -> Purpose:
    purpose = purpose_named(basis)
    if len(items) > purpose.bound:
        raise TooMany(bound=purpose.bound, asked=len(items))
    return purpose


def _subjects(contributions: Sequence[Contribution]) -> list[Subject]:
    """The subjects of a batch in its order; new ones are not yet saved."""
    there = Subject.objects.using(GATE).in_bulk([item.subject for item in contributions if item.subject])
    subjects: list[Subject] = []
    for item in contributions:
        if item.subject and item.subject not in there:
            raise UnknownSubject()
        subjects.append(there[item.subject] if item.subject else Subject(pk=uuid7(), area_path=item.area_path))
    return subjects


def _record(asks: list[Ask], attributes: Sequence[tuple[str, ...]]) -> tuple[list[Entry], NotAllowed | None]:
    """Decide and write the lines of a batch; a refusal of one refuses the batch, and the lines say so."""
    if not asks:
        return [], None
    decided: dict[tuple[str | None, tuple[str, ...]], dict[str, Verdict]] = {}
    verdicts = []
    for ask, names in zip(asks, attributes, strict=True):
        if (ask.place, names) not in decided:
            decided[ask.place, names] = decide(ask, names)
        verdicts.append(decided[ask.place, names])
    refused = next((v for verdict in decided.values() for v in verdict.values() if not v.allowed), None)
    lines = [
        entry_of(ask, verdict, None) | ({"decision": "deny", "granted": []} if refused else {})
        for ask, verdict in zip(asks, verdicts, strict=True)
    ]
    granted = [None if refused else ask.subject for ask in asks]
    entries = ledger.record(ledger.chain_of(asks[0].actor), lines, granted, writing=True)
    return entries, NotAllowed(reason=rule_text(refused.rules[0]).sentence) if refused else None


def _store(holding: Holding, actor: Actor, basis: str, rows: list[tuple[Ask, Contribution, dict[str, str]]]) -> None:
    """Insert or update the department's own rows of one holding; attributes that were not given stay as they were."""
    by_fields: dict[tuple[str, ...], list[Any]] = {}
    model: Any = holding.model()
    for ask, item, normal in rows:
        mine = {holding.attributes[name]: value for name, value in normal.items() if name in holding.attributes}
        if mine:
            row = model(
                subject_id=ask.subject,
                contributed_by=actor.body,
                as_of=clock.now(),
                checked=item.checked,
                provenance=item.provenance,
                basis=basis,
                **mine,
            )
            by_fields.setdefault(tuple(sorted(mine)), []).append(row)
    for fields, batch in by_fields.items():
        model._base_manager.using(GATE).bulk_create(
            batch,
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["subject_id", "contributed_by"],
            update_fields=[*fields, "as_of", "checked", "provenance", "basis"],
        )
