"""Is every part of the house at work? Beats are written by the parts, read by `/health` and the health page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from linli.base import clock, outbox
from linli.site.models import Heartbeat

LIMITS = {
    "worker: outbox sweep": timedelta(hours=2),
    "worker: partitions": timedelta(hours=2),
    "worker: sent messages": timedelta(minutes=5),
    "worker: seen sweep": timedelta(minutes=5),
    "worker: forgetting": timedelta(hours=13),
    "worker: calendar": timedelta(minutes=5),
}
LIMIT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, whether it works, when it last said so, and a sentence."""

    name: str
    well: bool
    at: datetime | None
    text: str


def beat(part: str) -> None:
    """Say that `part` works now."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": clock.now()})


def parts() -> list[Part]:
    """Every part that has ever said it works, and the database itself; a silent one is not well."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        beats = list(Heartbeat.objects.order_by("part"))
        waiting = outbox.waiting()
    except DatabaseError as fault:
        return [Part("database", False, None, str(fault).splitlines()[0])]
    now = clock.now()
    found = [Part("database", True, now, _("answers"))]
    for row in beats:
        age = now - row.at
        well = age <= LIMITS.get(row.part, LIMIT)
        found.append(Part(row.part, well, row.at, _("works") if well else _("silent; see its log, then restart it")))
    found.append(Part("outbox", waiting < 1000, now, _("{count} events wait").format(count=waiting)))
    return found
