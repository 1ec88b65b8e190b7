"""How the lines that this room writes on a timeline are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from linli.response.models import Stage


def line_words(what: str, data: Mapping[str, Any]) -> str:
    """The line `unit.<stage>` in the reader's language («贵池巡03：出警»); "" for lines of other rooms."""
    room, _dot, stage = what.partition(".")
    if room != "unit" or stage not in Stage.values:
        return ""
    return _("{call_sign}: {stage}").format(call_sign=data["call_sign"], stage=Stage(stage).label)
