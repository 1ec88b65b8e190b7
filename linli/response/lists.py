"""How the lines that this room writes on a timeline are said."""

from __future__ import annotations

from django.utils.text import format_lazy

from linli.cases.declarations import Line
from linli.response.models import Stage

_TONES = {
    Stage.OFFERED: "red",
    Stage.ACKNOWLEDGED: "blue",
    Stage.EN_ROUTE: "blue",
    Stage.ON_SCENE: "orange",
    Stage.CLEAR: "good",
}
# «贵池巡03：出警»; the call sign is the entry's own, the stage in the reader's language.
LINES = tuple(
    Line(
        key=f"unit.{stage.value}",
        label=format_lazy("{sign}: {stage}", sign="{call_sign}", stage=stage.label),
        tone=_TONES.get(stage, "idle"),  # type: ignore[arg-type]
    )
    for stage in Stage
)
