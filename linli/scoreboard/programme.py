"""A programme: the promises of one document as targets, read from a TOML file in `programmes/`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from linli.base.bilingual import bilingual

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Number = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}[a-z]?$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")]
LEVELS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
"""Area levels and the length of their statistical codes (统计用区划代码)."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Row):
    """A text in both languages; `str()` of it is in the reader's."""

    zh: Said
    en: Said

    def __str__(self) -> str:
        return str(bilingual(self.zh, self.en))


def _in_both(text: Any) -> Any:
    return {"zh": text, "en": text} if isinstance(text, str) else text


Note = Annotated[Bilingual, BeforeValidator(_in_both)]


class _Titled(_Row):
    title_zh: Said
    title_en: Said

    @property
    def title(self) -> Bilingual:
        return Bilingual(zh=self.title_zh, en=self.title_en)


class _Promised(_Titled):
    id: Number
    quote: Said
    basis: Said
    note: Note | None = None


class Target(_Promised):
    """One numeric or dated promise.

    `indicator` is of `pack`; `slice` narrows it (`{ kind = "school" }`). `due` None: it stands from adoption
    on; `yearly`: it falls due anew on each 31 December. `period` of a summed indicator: the last 30 days, the
    calendar year, or since adoption. `assumed`: the threshold is not in the text; `due_assumed`: the date is
    not (both show «约定口径»). `strength` aim: 力争, 争取, 努力, 推动, 逐步. `replaced_by`: the indicator that stands
    in the place of what the text asks (shows «替代口径» with `note` as the reason).
    """

    pack: Word
    indicator: Word
    slice: dict[Word, Said] = Field(default_factory=dict)
    op: Literal[">=", "==", "<=", "trend<", "trend>"]
    value: StrictBool | StrictInt | Decimal
    unit: Literal["ratio", "count", "bool", "trend"]
    due: date | None = None
    due_assumed: bool = False
    yearly: bool = False
    period: Literal["", "30_days", "year", "programme"] = ""
    group_by: tuple[Word, ...] = ("county",)
    strength: Literal["must", "aim"]
    assumed: bool = False
    replaced_by: str = ""

    @property
    def key(self) -> str:
        """The key of its indicator."""
        return f"{self.pack}.{self.indicator}"

    @property
    def goal(self) -> Fraction:
        """The promised value, exact: 1 for «true», a share between 0 and 1, a count, or a change."""
        return Fraction(self.value)

    @property
    def section(self) -> str:
        """The section of the text in which it stands: «一·3»."""
        return self.basis.rpartition(" ")[2]


class Deliverable(_Promised):
    """Something to be built or done that is neither numeric nor dated: a line of the checklist, not a rate."""

    packs: tuple[Word, ...] = Field(min_length=1)
    indicator: str = ""


class Section(_Titled):
    """A part of the programme: `key` begins the `basis` of its targets («一·3», «二»)."""

    key: Said


class Programme(_Titled):
    """The whole: `areas` has the statistical code of the one area it is for; `adopted`: measured from that day on."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    adopted: date
    level: Literal["province", "city", "county", "township"]
    areas: tuple[AreaCode, ...] = Field(min_length=1, max_length=1)
    document: Note | None = None
    note: Note | None = None
    sections: tuple[Section, ...] = ()
    targets: tuple[Target, ...] = Field(min_length=1)
    deliverables: tuple[Deliverable, ...] = ()

    @property
    def area(self) -> str:
        """The statistical code of its area."""
        return self.areas[0]

    def target(self, number: str) -> Target | None:
        """The target of that number, or None."""
        return next((target for target in self.targets if target.id == number), None)

    def section_of(self, row: Target) -> Section | None:
        """The section whose key begins the place of `row` in the text, the longest first."""
        fitting = [section for section in self.sections if row.section.startswith(section.key)]
        return max(fitting, key=lambda section: len(section.key), default=None)
