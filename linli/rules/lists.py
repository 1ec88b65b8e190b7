"""How the lines that the engine writes on a timeline are said."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.cases.declarations import Line

LINES = (
    Line(key="rule.opened", label=_("Opened by the rule {rule}: {kind} from {source}"), tone="accent"),
    Line(key="rule.updated", label=_("Rule {rule}: {kind} from {source}"), tone="accent"),
    Line(key="rule.left_to_people", label=_("{kind} from {source}: people decide whether that ends it"), tone="yellow"),
)
