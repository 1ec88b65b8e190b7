"""The decision: which attribute may this actor have (or write) for this purpose. Cedar decides, this asks it.

Policies and the graph of posts, attributes and purposes are parsed once for each version of the declarations;
parsing text in each call costs 20 times the decision.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import cedarpy

from linli.access import never
from linli.access.declarations import Act, CaseFacts, Purpose
from linli.access.refusals import RULES, UnknownAttribute, UnknownPurpose
from linli.access.registry import dictionary, lookups, policies, purposes
from linli.accounts.actor import Actor
from linli.base import clock


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed or not, and the ids of the policies that decided it (at least one)."""

    allowed: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question to the gate: who, what for, about whom, and what is known of the case he names."""

    actor: Actor
    purpose: Purpose
    subject: UUID
    act: Act
    place: str | None = None
    case: UUID | None = None
    facts: CaseFacts | None = None


def purpose_named(key: str) -> Purpose:
    """The declared purpose `key`. Raises UnknownPurpose."""
    purpose = purposes.get(key)
    if purpose is None:
        raise UnknownPurpose(purpose=key)
    return purpose


def known(attributes: Iterable[str]) -> tuple[str, ...]:
    """The attribute names, each once, all in the dictionary. Raises UnknownAttribute."""
    names = tuple(dict.fromkeys(attributes))
    for name in names:
        if name not in dictionary:
            raise UnknownAttribute(attribute=name)
    return names


def facts_of(case: UUID | None, actor: Actor) -> CaseFacts | None:
    """What the room of cases says about `case`; None without a case, or when this actor cannot see it."""
    lookup = lookups.get("case")
    return lookup.find(case, actor) if case and lookup else None


def decide(ask: Ask, attributes: Iterable[str]) -> dict[str, Verdict]:
    """The verdict on each attribute; all in one call to Cedar."""
    names = list(attributes)
    context = _context(ask)
    requests = [
        {
            "principal": {"type": "Post", "id": ask.actor.post},
            "action": {"type": "Action", "id": ask.act},
            "resource": {"type": "Attribute", "id": name},
            "context": context,
        }
        for name in names
    ]
    results = cedarpy.is_authorized_batch(
        requests,
        _policy_set("\n".join(policy.text for policy in policies)),
        _entities(tuple(purposes), tuple(dictionary)),
    )
    return {name: _verdict(result) for name, result in zip(names, results, strict=True)}


def _context(ask: Ask) -> dict[str, Any]:
    facts = ask.facts
    return {
        "purpose": {"__entity": {"type": "Purpose", "id": ask.purpose.id}},
        "act": ask.act,
        "today": int(clock.local(clock.now()).strftime("%Y%m%d")),
        "in_area": in_area(ask),
        "case_known": facts is not None,
        "case_open": bool(facts and facts.open),
        "case_in_hand": bool(facts and facts.in_hand),
        "case_concerns": bool(facts and ask.subject in facts.subjects),
        "case_party": bool(facts and facts.party),
    }


def in_area(ask: Ask) -> bool:
    """Whether the place of the case, else of the subject, lies where the purpose lets this post ask."""
    if ask.purpose.areas == "city" or ask.actor.post == "system":
        return True
    place = ask.facts.area_path if ask.facts else ask.place
    if not place:
        return False
    if ask.purpose.areas == "own":
        return place in ask.actor.areas
    return any(place == area or place.startswith(f"{area}.") for area in ask.actor.areas)


def _verdict(result: cedarpy.AuthzResult) -> Verdict:
    if result.diagnostics.errors:
        raise RuntimeError(f"the policies do not evaluate: {result.diagnostics.errors}")
    rules = sorted(result.diagnostics.id_annotations_by_reason.values(), key=_weight)
    return Verdict(result.allowed, tuple(rules) or ("access.nothing_permits",))


def _weight(rule: str) -> tuple[int, str]:
    """The weightiest reason first, in the order in which the house's refusals are written; a pack's own before them."""
    known = list(RULES)
    return (known.index(rule) if rule in known else -1, rule)


@lru_cache(maxsize=4)
def _policy_set(text: str) -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_str(text)


@lru_cache(maxsize=4)
def _entities(declared: tuple[Purpose, ...], attributes: tuple[Any, ...]) -> cedarpy.Entities:
    """Purposes with what they ask for; posts and attributes as members of the purposes that name them."""
    rows: list[dict[str, Any]] = [
        {
            "uid": _uid("Purpose", purpose.id),
            "parents": [],
            "attrs": {
                "acts": list(purpose.acts),
                "needs_case": purpose.needs_case,
                "expires_on": int(purpose.expires_on.strftime("%Y%m%d")),
            },
        }
        for purpose in declared
    ]
    for post in sorted({post for purpose in declared for post in purpose.posts}):
        parents = [_uid("Purpose", purpose.id) for purpose in declared if post in purpose.posts]
        rows.append({"uid": _uid("Post", post), "attrs": {}, "parents": parents})
    for attribute in attributes:
        parents = [_uid("Purpose", purpose.id) for purpose in declared if attribute.key in purpose.attributes]
        rows.append(
            {
                "uid": _uid("Attribute", attribute.key),
                "parents": parents,
                "attrs": {
                    "sensitivity": attribute.sensitivity,
                    "never": bool(never.named(f"{attribute.key} {attribute.title.zh} {attribute.title.en}")),
                },
            }
        )
    return cedarpy.Entities.from_json_str(json.dumps(rows))


def _uid(kind: str, key: str) -> dict[str, str]:
    return {"type": kind, "id": key}
