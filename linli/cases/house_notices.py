"""The notices that every case can send, whatever its kind."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.notices.declarations import Notice


def house_notices() -> tuple[Notice, ...]:
    """About clocks and tasks; whom they go to is said when they are sent."""
    return (
        Notice(
            key="cases.clock_warning",
            label=_("a clock runs out soon"),
            text=_("{number} {title}: «{clock}» is due {due}."),
        ),
        Notice(
            key="cases.clock_overdue",
            label=_("a clock has run out"),
            text=_("{number} {title}: «{clock}» was due {due}."),
        ),
        Notice(
            key="cases.clock_escalated",
            label=_("a case of another post needs attention"),
            text=_("{number} {title}: «{clock}», due {due}, has used {share} % of its time."),
        ),
        Notice(key="cases.task", label=_("a task"), text=_("{number} {title}: {task}")),
    )
