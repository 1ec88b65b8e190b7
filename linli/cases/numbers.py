"""Case numbers without gaps: 贵池-联-2026-000131 = county of the place, word of the kind, local year of opening."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from linli.areas.tree import load_tree
from linli.base import clock


def draw(area_path: str, word: str, moment: datetime) -> str:
    """The next number. Its counter's row stays locked until the transaction ends, so a rolled-back one leaves no gap.

    Must run inside the transaction that writes the case.
    """
    area, year = load_tree().numbering_name(area_path), clock.local(moment).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numbercounter AS c (area, word, year, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (area, word, year) DO UPDATE SET last = c.last + 1 RETURNING last",
            [area, word, year],
        )
        return f"{area}-{word}-{year}-{cursor.fetchone()[0]:06d}"
