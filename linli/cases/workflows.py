"""A workflow as a document and back: what is released is kept, and an old case is read by its own law."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.functional import lazy

from linli.base.words import in_every_language, in_reader_language
from linli.cases.declarations import Clock, Effect, Need, State, Transition, Workflow
from linli.cases.models import Case, WorkflowVersion
from linli.cases.registry import kinds

# Words may be corrected without a new version; everything else is law.
WORDS = ("label", "untimed")
_PARTS: dict[str, Any] = {"states": State, "transitions": Transition, "clocks": Clock}
_NESTED: dict[str, Any] = {"needs": Need, "effects": Effect}
_read: dict[str, Workflow] = {}
_digests: dict[int, tuple[Workflow, str]] = {}


def to_document(workflow: Workflow) -> dict[str, Any]:
    """The workflow as JSON; each label in every language of the house."""
    return _plain(workflow, worded=True)


def from_document(document: Mapping[str, Any]) -> Workflow:
    """The workflow a document holds; its labels follow the reader's language."""
    parts = {name: tuple(_part(kind, value) for value in document[name]) for name, kind in _PARTS.items()}
    return Workflow(start=document["start"], renamed=dict(document["renamed"]), **parts)


def digest_of(workflow: Workflow) -> str:
    """32 hexadecimal characters that change when the law changes, not when a label is worded anew."""
    known = _digests.get(id(workflow))
    if known is None or known[0] is not workflow:
        text = json.dumps(_plain(workflow, worded=False), sort_keys=True, ensure_ascii=False)
        known = _digests[id(workflow)] = (workflow, hashlib.blake2b(text.encode(), digest_size=16).hexdigest())
    return known[1]


def workflow_of(case: Case) -> Workflow:
    """The workflow the case was opened under: the declared one if it is still the same, else as released."""
    declared = kinds.get(case.kind_id)
    if declared and digest_of(declared.workflow) == case.workflow.digest:
        return declared.workflow
    return read(case.workflow)


def read(version: WorkflowVersion) -> Workflow:
    """The workflow of a released version (kept in the process: a version never changes)."""
    if version.digest not in _read:
        _read[version.digest] = from_document(version.document)
    return _read[version.digest]


_lazy_words = lazy(in_reader_language, str)


def kind_label(case: Case) -> str:
    """The name of the case's kind, also when its pack is gone."""
    declared = kinds.get(case.kind_id)
    return str(declared.label) if declared else in_reader_language(case.kind.labels)


def _plain(value: Any, *, worded: bool) -> Any:
    """Declarations as JSON; words in all languages, or left out."""
    if is_dataclass(value) and not isinstance(value, type):
        plain = {}
        for field in fields(value):
            item = getattr(value, field.name)
            if field.name not in WORDS:
                plain[field.name] = _plain(item, worded=worded)
            elif worded:
                plain[field.name] = in_every_language(item)
        return plain
    if isinstance(value, tuple | list):
        return [_plain(item, worded=worded) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item, worded=worded) for key, item in value.items()}
    return value


def _part(kind: type[Any], value: Mapping[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    return kind(**{name: _item(name, item) for name, item in value.items() if name in known})


def _item(name: str, item: Any) -> Any:
    if name in WORDS:
        return _lazy_words(dict(item)) if any(item.values()) else ""
    if name in _NESTED:
        return tuple(_part(_NESTED[name], value) for value in item)
    if name == "escalate":
        return {int(share): post for share, post in item.items()}
    return tuple(item) if isinstance(item, list) else item
