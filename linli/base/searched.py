"""Text that is searched by any part of it, Chinese words of two characters included.

Beside the folded text stands the array of its pairs of neighbouring characters, with a GIN index: `pairs @> …` finds
the rows, the text itself confirms them. (Trigrams know no word of two characters; and `LIKE` may not use an index at
all where row-level security hides rows, `@>` may: see `linli.site.postgres`.)
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.expressions import Col

from linli.base.text import fold, pairs


class SearchedText(models.TextField):
    """Folded text (`linli.base.text.fold`) whose pairs are kept in the array column named by `pairs`.

    `words__icontains="秋浦 酒店"` finds rows that hold every word of the question, anywhere.
    """

    def __init__(self, *args: Any, pairs: str = "pairs", **kwargs: Any) -> None:
        self.pairs = pairs
        super().__init__(*args, **{"editable": False, "blank": True, "default": "", **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "pairs": self.pairs}


def set_searched(row: models.Model, field: str, text: str) -> None:
    """Fill the searched text and its pairs from `text`; call it wherever the text changes."""
    column: Any = row._meta.get_field(field)
    setattr(row, field, fold(text))
    setattr(row, column.pairs, pairs(fold(text)))


@SearchedText.register_lookup
class Contains(models.Lookup):
    """Every word of the question stands somewhere in the text."""

    lookup_name = "icontains"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, values = self.process_lhs(compiler, connection)
        field: SearchedText = self.lhs.target
        column: Any = field.model._meta.get_field(field.pairs)
        beside, _none = compiler.compile(Col(self.lhs.alias, column))
        words = fold(str(self.rhs)).split()
        searched = [pair for word in words for pair in pairs(word)]
        parts = ["TRUE"]
        more: list[Any] = []
        if searched:
            parts.append(f"{beside} @> %s::varchar[]")
            more.append(searched)
        for word in words:
            parts.append(f"strpos({left}, %s) > 0")
            more += [*values, word]
        return f"({' AND '.join(parts)})", more
