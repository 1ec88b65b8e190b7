"""What each row of a file would do: read its cells, resolve them in bulk, compare with what is registered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from linli.registers.declarations import ImportSpec, RowInHand
from linli.registers.imports.sheets import letter
from linli.registers.models import ImportRow
from linli.registers.snapshots import snapshot

Key = tuple[Any, ...]


class Judge:
    """Judges rows chunk by chunk; remembers the natural keys it has seen, for the same key twice in one file."""

    def __init__(self, spec: ImportSpec, headings: list[str], places: dict[str, int]) -> None:
        self.spec, self.headings, self.places = spec, headings, places
        self.seen: dict[Key, int] = {}

    def read(self, rows: Iterable[tuple[int, list[str]]]) -> list[RowInHand]:
        """The rows of a chunk with their values and, by the spec, their fields and faults."""
        chunk = [RowInHand(line=line, cells=cells) for line, cells in rows]
        for row in chunk:
            for column in self.spec.columns:
                self._read_cell(row, column)
        self.spec.prepare([row for row in chunk if not row.faults])
        return chunk

    def _read_cell(self, row: RowInHand, column: Any) -> None:
        index = self.places.get(column.name)
        cell = row.cells[index] if index is not None else ""
        if not cell:
            if column.required:
                row.fault(column.name, _("is empty: fill it in"))
            return
        try:
            row.values[column.name] = column.read(cell)
        except ValueError as fault:
            row.fault(column.name, str(fault))

    def existing(self, chunk: Sequence[RowInHand]) -> dict[Key, Model]:
        """What is registered under the natural keys of the chunk: one query."""
        keys = [self.key(row) for row in chunk if not row.faults]
        if not keys:
            return {}
        first, *others = self.spec.match
        wanted = Q(**{f"{first}__in": list({key[0] for key in keys})})
        for place, name in enumerate(others, 1):
            wanted &= Q(**{f"{name}__in": list({key[place] for key in keys})})
        rows = self.spec.model._base_manager.filter(wanted)
        return {tuple(getattr(row, name) for name in self.spec.match): row for row in rows}

    def key(self, row: RowInHand) -> Key:
        """The natural key of a row."""
        return tuple(row.fields.get(name) for name in self.spec.match)

    def outcomes(self, chunk: Sequence[RowInHand]) -> list[str]:
        """New, changed, same or wrong for each row; also finds a key that an earlier row of the file has."""
        for row in chunk:
            if not row.faults:
                before = self.seen.setdefault(self.key(row), row.line)
                if before != row.line:
                    row.fault(
                        self.spec.columns[0].name, _("row {line} has the same: keep one of them").format(line=before)
                    )
        there = self.existing(chunk)
        return [self._outcome(row, there.get(self.key(row))) for row in chunk]

    def _outcome(self, row: RowInHand, found: Model | None) -> str:
        if row.faults:
            return ImportRow.Outcome.WRONG
        if found is None:
            return ImportRow.Outcome.NEW
        return ImportRow.Outcome.CHANGED if differing(found, row.fields) else ImportRow.Outcome.SAME

    def errors(self, row: RowInHand) -> list[dict[str, str]]:
        """The faults of a row in the file's own words: cell, heading, what stands there, what to do."""
        said = []
        for name, sentence in row.faults.items():
            column = next(column for column in self.spec.columns if column.name == name)
            index = self.places.get(name)
            said.append(
                {
                    "column": letter(index) if index is not None else "",
                    "heading": self.headings[index] if index is not None else column.headings[0],
                    "cell": row.cells[index] if index is not None else "",
                    "sentence": sentence,
                }
            )
        return said


def differing(found: Model, fields: dict[str, Any]) -> list[str]:
    """The fields in which a registered thing differs from what a row says."""
    wanted = type(found)(**fields)
    names = list(fields)
    before, after = snapshot(found, names), snapshot(wanted, names)
    return [name for name in names if before[name] != after[name]]
