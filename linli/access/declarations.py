"""What the house and its packs declare about personal data: attributes, purposes, holdings, policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Model
from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, Field

Act = Literal["disclose", "contribute", "withdraw"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Row):
    """A title in Chinese and English; `str()` gives the reader's."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


class Basis(_Row):
    """The article of law that allows something."""

    statute: str = Field(min_length=2)
    article: str = Field(min_length=1)

    def __str__(self) -> str:
        return f"{self.statute} {self.article}"


class Mask(_Row):
    """How a value is shown in part: so many characters at the head and at the tail, the rest as *."""

    head: int = Field(ge=0)
    tail: int = Field(ge=0)


class Attribute(_Row):
    """One personal attribute of the data dictionary (数据字典).

    `sensitivity`: 1 public, 2 ordinary, 3 personal, 4 sensitive (PIPL art. 28). `retention_days` counts from the end
    of the relation the value serves.
    """

    key: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    title: Title
    type: Literal["text", "phone", "id_number", "date", "boolean"]
    owner: str = Field(min_length=2)
    source: str = Field(min_length=2)
    sensitivity: Literal[1, 2, 3, 4]
    legal_basis: tuple[Basis, ...] = Field(min_length=1)
    retention_days: int = Field(ge=1)
    mask: Mask


class Telling(_Row):
    """When the person can see that it was asked; a delay needs the statute that allows it."""

    when: Literal["at_once", "after_days", "not_before"] = "at_once"
    days: int = Field(default=0, ge=0)
    day: date | None = None
    statute: str = ""


class Purpose(_Row):
    """One declared purpose: who may do what with which attributes, where, on which legal basis.

    `areas`: own = the actor's areas themselves, sub-areas = below them too, city = everywhere. `masked` = attributes
    given only in part. `bound` = most persons one list may hold, with `bound_reason` when above the house's 50.
    """

    id: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    title: Title
    acts: tuple[Act, ...] = ("disclose",)
    legal_basis: tuple[Basis, ...]
    attributes: tuple[str, ...] = Field(min_length=1)
    masked: tuple[str, ...] = ()
    posts: tuple[str, ...] = Field(min_length=1)
    areas: Literal["own", "sub-areas", "city"]
    needs_case: bool
    retention_days: int = Field(ge=1)
    notify_subject: Telling = Telling()
    bound: int = Field(default=50, ge=1)
    bound_reason: str = ""
    reviewed_on: date
    expires_on: date

    @property
    def key(self) -> str:
        """The id, under the name every declaration has."""
        return self.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """Where a room keeps attributes of people: the model (`access.models.Personal`) and attribute → field.

    `forget_after` counts from the end of the relation; `basis` is the law that allows keeping.
    """

    key: str
    label: Any
    about: Literal["person", "household", "premises"]
    model: Callable[[], type[Model]]
    attributes: Mapping[str, str]
    basis: str
    forget_after: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A file of Cedar policies; every policy carries an `@id` that stands on the ledger."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What the gate needs to know about the case an actor names.

    `in_hand`: the actor works on it; `party`: he has a stake in it; `subjects`: whom the case concerns.
    """

    open: bool
    in_hand: bool
    area_path: str
    subjects: frozenset[UUID]
    party: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """How the gate learns about a case: `find(case_id, actor)` gives its facts, None when the actor cannot see it."""

    key: str
    find: Callable[[UUID, Any], CaseFacts | None]
