"""Which column of the file is which of the declaration; what no column asks for is not read at all."""

from __future__ import annotations

from dataclasses import dataclass

from linli.access import never
from linli.base.text import fold
from linli.registers.declarations import ImportColumn, ImportSpec
from linli.registers.imports.sheets import letter
from linli.registers.refusals import ColumnsMissing


@dataclass(frozen=True, slots=True)
class Headings:
    """`places`: column name → index in the file. `unread`: headings nobody asked for. `barred`: never-list."""

    places: dict[str, int]
    unread: list[str]
    barred: list[str]


def match_headings(spec: ImportSpec, headings: list[str]) -> Headings:
    """Find each declared column by any of its headings. Raises ColumnsMissing."""
    places: dict[str, int] = {}
    unread: list[str] = []
    barred: list[str] = []
    for index, heading in enumerate(headings):
        column = _column(spec, heading)
        if column and column.name not in places:
            places[column.name] = index
        elif heading:
            (barred if never.named(heading) else unread).append(f"{letter(index)} {heading}")
    missing = [column.headings[0] for column in spec.columns if column.required and column.name not in places]
    if missing:
        raise ColumnsMissing(missing="、".join(missing), found="、".join(filter(None, headings)))
    return Headings(places, unread, barred)


def declared_cells(places: dict[str, int], rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows with every cell emptied that no column asks for: what nobody needs (a phone number) is not kept."""
    wanted = set(places.values())
    return [(line, [cell if index in wanted else "" for index, cell in enumerate(cells)]) for line, cells in rows]


def _column(spec: ImportSpec, heading: str) -> ImportColumn | None:
    plain = _plain(heading)
    return next((column for column in spec.columns if plain in map(_plain, column.headings)), None)


def _plain(heading: str) -> str:
    """A heading without stars, brackets and what stands in them."""
    cut = fold(heading).replace("*", "")
    for opening in "(（":
        cut = cut.partition(opening)[0]
    return cut.replace(" ", "")
