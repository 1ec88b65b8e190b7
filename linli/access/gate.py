"""The one door to personal data: `disclose`. Decision, ledger line and read are one transaction of the gate's role.

No ledger line, no data: the database itself refuses to show a row of a subject for which this transaction has
written no line. A read that fails is on the ledger too, and shows nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import Error, transaction

from linli.access import formats, ledger
from linli.access.decide import Ask, Verdict, decide, facts_of, known, purpose_named
from linli.access.declarations import CaseFacts, Holding, Purpose
from linli.access.ledger import GATE, Entry
from linli.access.models import Subject
from linli.access.refusals import RULES, ReadFailed, Rule, TooMany, UnknownSubject
from linli.access.registry import dictionary, holdings_of
from linli.accounts.actor import Actor
from linli.base import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One answer: the value as kept, as shown, masked; by whom it was contributed, as of when, checked how.

    `value` is empty and `shown` is masked when the purpose gives the attribute only in part.
    """

    value: str
    shown: str
    masked: str
    holding: str
    contributed_by: UUID | None
    as_of: datetime
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An attribute that was not given: the deciding policy, and how else to get there."""

    rule: str
    text: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What the gate answered about one subject. Departments that differ stand side by side in `values[attribute]`."""

    subject: UUID
    purpose: Purpose
    entry: Entry
    at: datetime
    values: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)

    def first(self, attribute: str) -> Value | None:
        """The most recent value of `attribute`, None when refused or not known."""
        return next(iter(self.values.get(attribute, ())), None)


def disclose(
    actor: Actor,
    purpose: str,
    subject: UUID,
    attributes: Iterable[str],
    reason: str | None = None,
    case: UUID | None = None,
) -> Disclosure:
    """Ask for attributes of one subject for one declared purpose; on the ledger before it is shown.

    Raises UnknownPurpose, UnknownAttribute, UnknownSubject, ReadFailed; what the policies refuse comes back as
    `refused`, the rest is answered. Commits before it returns, whatever becomes of the caller's transaction.
    """
    return disclose_many(actor, purpose, [subject], attributes, reason=reason, case=case)[0]


def disclose_many(
    actor: Actor,
    purpose: str,
    subjects: Sequence[UUID],
    attributes: Iterable[str],
    reason: str | None = None,
    case: UUID | None = None,
) -> list[Disclosure]:
    """The same for a bounded list: at most the purpose's bound (50 unless it states more with its reason).

    More than one subject needs a case that names the set. Raises TooMany beside what `disclose` raises.
    """
    declared, names = purpose_named(purpose), known(attributes)
    wanted = list(dict.fromkeys(subjects))
    bound = declared.bound if case or len(wanted) <= 1 else 1
    if len(wanted) > bound:
        raise TooMany(bound=bound, asked=len(wanted))
    facts = facts_of(case, actor)
    with transaction.atomic(using=GATE, durable=True):
        asks = _asks(actor, declared, wanted, case, facts)
        verdicts = [decide(ask, names) for ask in asks]
        lines = [entry_of(ask, verdict, reason) for ask, verdict in zip(asks, verdicts, strict=True)]
        granted = [
            ask.subject if any(v.allowed for v in verdict.values()) else None
            for ask, verdict in zip(asks, verdicts, strict=True)
        ]
        entries = ledger.record(ledger.chain_of(actor), lines, granted)
        found, fault = _read(
            {
                name: [ask.subject for ask, verdict in zip(asks, verdicts, strict=True) if verdict[name].allowed]
                for name in names
            }
        )
        if fault:
            failed = [line | {"decision": "failed", "rule": type(fault).__name__, "granted": []} for line in lines]
            ledger.record(ledger.chain_of(actor), failed, [None] * len(failed))
    if fault:
        raise ReadFailed(entry=entries[0]) from fault
    return [
        _disclosure(ask, verdict, entry, found) for ask, verdict, entry in zip(asks, verdicts, entries, strict=True)
    ]


def _asks(
    actor: Actor, purpose: Purpose, subjects: list[UUID], case: UUID | None, facts: CaseFacts | None
) -> list[Ask]:
    there = Subject.objects.using(GATE).in_bulk(subjects)
    if len(there) < len(subjects):
        raise UnknownSubject()
    return [
        Ask(
            actor=actor,
            purpose=purpose,
            subject=subject,
            act="disclose",
            place=there[subject].area_path,
            case=case,
            facts=facts,
        )
        for subject in subjects
    ]


def entry_of(ask: Ask, verdicts: dict[str, Verdict], reason: str | None) -> dict[str, Any]:
    """The line of one ask, ready for the ledger."""
    now = clock.now()
    granted = sorted(name for name, verdict in verdicts.items() if verdict.allowed)
    refused = {name: verdict.rules[0] for name, verdict in verdicts.items() if not verdict.allowed}
    decision = "permit" if not refused else "part" if granted else "deny"
    deciding = verdicts[granted[0]].rules[0] if granted else next(iter(refused.values()), "access.nothing_permits")
    return {
        "at": ledger.instant(now),
        "act": ask.act,
        "actor": str(ask.actor.user_id or ask.actor.name),
        "holding": str(ask.actor.holding_id or ""),
        "post": ask.actor.post,
        "purpose": ask.purpose.id,
        "subject": ledger.pseudonym(ask.subject),
        "attributes": sorted(verdicts),
        "granted": granted,
        "refused": refused,
        "decision": decision,
        "rule": deciding,
        "case": str(ask.case) if ask.case else None,
        "reason": (reason or "")[:200],
        "told": _told(ask.purpose, now),
    }


def _told(purpose: Purpose, now: datetime) -> str:
    """The first day on which the person can see this line."""
    telling, today = purpose.notify_subject, clock.local(now).date()
    if telling.when == "not_before" and telling.day:
        return max(telling.day, today).isoformat()
    return (today + timedelta(days=telling.days)).isoformat()


def _read(allowed: dict[str, list[UUID]]) -> tuple[dict[tuple[UUID, str], list[Value]], Exception | None]:
    """Values by (subject, attribute) of the subjects allowed for each attribute, and no other column.

    Or the fault, its savepoint rolled back, so that the ledger can still be written.
    """
    found: dict[tuple[UUID, str], list[Value]] = defaultdict(list)
    try:
        with transaction.atomic(using=GATE):
            for name, subjects in allowed.items():
                for holding in holdings_of(name) if subjects else ():
                    for row in _rows(holding, name, subjects):
                        found[row.subject_id, name].append(_value(name, holding, row))
    except (Error, ValueError, LookupError, AttributeError) as fault:
        return {}, fault
    return found, None


def _rows(holding: Holding, name: str, subjects: list[UUID]) -> Any:
    column = holding.attributes[name]
    rows = holding.model()._base_manager.using(GATE).filter(subject_id__in=subjects)
    return (
        rows.exclude(**{column: ""})
        .only("subject_id", "contributed_by", "as_of", "checked", column)
        .order_by("-as_of", "id")
    )


def _value(name: str, holding: Holding, row: Any) -> Value:
    attribute, kept = dictionary[name], str(getattr(row, holding.attributes[name]))
    return Value(
        value=kept,
        shown=formats.shown(attribute, kept),
        masked=formats.masked(attribute.mask, kept),
        holding=holding.key,
        contributed_by=row.contributed_by,
        as_of=row.as_of,
        checked=row.checked,
    )


def _disclosure(
    ask: Ask, verdicts: dict[str, Verdict], entry: Entry, found: dict[tuple[UUID, str], list[Value]]
) -> Disclosure:
    values = {
        name: tuple(
            _in_part(value) if name in ask.purpose.masked else value for value in found.get((ask.subject, name), [])
        )
        for name, verdict in verdicts.items()
        if verdict.allowed
    }
    refused = {
        name: Refused(rule=verdict.rules[0], text=rule_text(verdict.rules[0]))
        for name, verdict in verdicts.items()
        if not verdict.allowed
    }
    return Disclosure(
        subject=ask.subject, purpose=ask.purpose, entry=entry, at=clock.now(), values=values, refused=refused
    )


def _in_part(value: Value) -> Value:
    return replace(value, value="", shown=value.masked)


def rule_text(rule: str) -> Rule:
    """What a policy's id means in words; a pack's own policy without words speaks through the general one."""
    return RULES.get(rule, RULES["access.nothing_permits"])


def explain(actor: Actor, purpose: str, subject: UUID, case: UUID | None = None) -> dict[str, Verdict]:
    """What the policies would decide on each attribute of the purpose. Reads no value and writes no line."""
    declared = purpose_named(purpose)
    ask = _asks(actor, declared, [subject], case, facts_of(case, actor))[0]
    return decide(ask, known(declared.attributes))
