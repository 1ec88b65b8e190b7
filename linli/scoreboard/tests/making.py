"""Small makers for the tests of this room."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib.auth import get_user_model  # any model will do where none is read

from linli.scoreboard.declarations import Indicator
from linli.scoreboard.figures import Figure
from linli.scoreboard.programme import Programme, Target

YEAR_END = date(2016, 12, 31)


def figure(numerator: int, denominator: int | None = None, area: str = "34.3417", **more: Any) -> Figure:
    shape = more.pop("shape", "share" if denominator is not None else "count")
    over = None if denominator is None else Fraction(denominator)
    return Figure(area=area, shape=shape, numerator=Fraction(numerator), denominator=over, **more)


def target(**fields: Any) -> Target:
    row = {
        "id": "T29",
        "quote": "2016年底,系统联网率达到70%",
        "title_zh": "安防系统联网率",
        "title_en": "Networked alarm systems",
        "pack": "networked_alarms",
        "indicator": "joined",
        "op": ">=",
        "value": Decimal("0.70"),
        "unit": "ratio",
        "due": YEAR_END,
        "strength": "must",
        "basis": "seed 一·3",
    }
    return Target.model_validate(row | fields)


def programme(*targets: Target, **fields: Any) -> Programme:
    row = {
        "id": "trial",
        "title_zh": "试",
        "title_en": "Trial",
        "adopted": date(2015, 5, 20),
        "level": "city",
        "areas": ("3417",),
        "targets": targets or (target(),),
    }
    return Programme.model_validate(row | fields)


def indicator(key: str = "networked_alarms.joined", **fields: Any) -> Indicator:
    def everyone(as_of: Any) -> Any:
        return get_user_model()._default_manager.all()

    row = {"label": key, "definition": key, "unit": "set", "better": "up", "source": "trial", "numerator": everyone}
    return Indicator(**{"key": key, **row, "denominator": everyone, **fields})
