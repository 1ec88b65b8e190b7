"""The room's lists: what was kept and not taken in, and who may send events over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.signals import protocols, reasons
from linli.signals.models import EventSource, Quarantine
from linli.ui.declarations import BulkAct, Column, Entry, Filter, ListSpec, View

MENDERS = ("technician", "shift_leader", "administrator")


def _protocols() -> list[tuple[str, str]]:
    return [(key, key) for key in protocols.PROTOCOLS]


def _state(row: Quarantine) -> Any:
    if row.reason in reasons.UNPROVEN:
        return _("noted")
    return _("taken in") if row.replayed_at else _("waits")


def _tone(row: Quarantine) -> str:
    if row.reason in reasons.UNPROVEN:
        return "idle"
    return "good" if row.replayed_at else "orange"


def _can(row: Quarantine) -> tuple[str, ...]:
    return () if row.replayed_at or row.reason in reasons.UNPROVEN else ("replay",)


QUARANTINE = ListSpec(
    key="signals.quarantine",
    label=_("Quarantine"),
    noun=_("what was kept and not taken in"),
    rows=Quarantine.objects.all,
    columns=(
        Column(name="source", path="source", label=_("Sender"), show="mono", sort=True, sub="detail"),
        Column(name="reason", label=_("Reason"), value=lambda row: reasons.label(row.reason), reads=("reason",)),
        Column(name="code", path="reason", label=_("Reason code"), show="mono", shown=False, sort=True),
        Column(name="detail", path="detail", label=_("Detail"), shown=False),
        Column(name="count", path="count", label=_("Times"), show="number", sort=True),
        Column(name="first", path="first_seen", label=_("First"), show="moment", shown=False, sort=True),
        Column(name="last", path="last_seen", label=_("Last"), show="moment", sort=True),
        Column(
            name="state", label=_("State"), value=_state, show="pill", reads=("replayed_at",),
            tone=_tone,
        ),
    ),
    filters=(
        Filter(name="open", path="replayed_at", label=_("Waits"), lookup="is_empty"),
        Filter(name="protocol", path="protocol", label=_("Protocol"), lookup="any_of", choices=_protocols),
        Filter(name="reason", path="reason", label=_("Reason code"), lookup="contains"),
        Filter(name="sender", path="source", label=_("Sender"), lookup="contains"),
        Filter(name="last", path="last_seen", label=_("Last"), lookup="between"),
    ),
    search=("source", "detail"),
    order=("-last_seen", "-id"),
    title=lambda row: f"{row.source} · {reasons.label(row.reason)}",
    href=lambda row: reverse("signals:quarantined", args=[row.pk]),
    can=_can,
    bulk=(
        BulkAct(
            key="replay", label=_("Run again"), to="signals:replay_chosen", icon="replay",
            refusal=_("{n} cannot be run again"),
        ),
    ),
    views=(View(key="open", label=_("Waiting"), query="open=true"),),
    posts=MENDERS,
    empty=_("Everything that was heard could be taken in."),
    live="signals",
)  # fmt: skip


def with_kept(sources: list[EventSource]) -> None:
    """Put on each source how much of it waits in quarantine (`kept`), in one query."""
    names = {f"http:{source.uri}": source for source in sources}
    waiting = Quarantine.objects.filter(Q(protocol="http", source__in=names, replayed_at=None))
    counted = dict(waiting.values("source").annotate(n=Sum("count")).values_list("source", "n"))
    for name, source in names.items():
        source.kept = counted.get(name, 0)  # type: ignore[attr-defined]


def _sources() -> QuerySet[EventSource]:
    return EventSource.objects.all()


SOURCES = ListSpec(
    key="signals.sources",
    label=_("Event sources"),
    noun=_("who may send events over HTTP"),
    rows=_sources,
    columns=(
        Column(name="uri", path="uri", label=_("Source"), show="mono", sort=True, sub="name"),
        Column(name="name", path="name", label=_("Name"), shown=False, sort=True),
        Column(
            name="state", label=_("State"), show="pill", reads=("active",),
            value=lambda row: pgettext_lazy("event source", "open") if row.active else pgettext_lazy("event source", "closed"),
            tone=lambda row: "good" if row.active else "idle",
        ),
        Column(name="seen", path="last_seen_at", label=_("Last heard"), show="moment", sort=True),
        Column(name="refused", path="last_refused_at", label=_("Last refusal"), show="moment", sort=True, sub="refusal"),
        Column(
            name="refusal", label=_("Refused because"), reads=("last_refusal",), shown=False,
            value=lambda row: reasons.label(row.last_refusal) if row.last_refusal else "",
        ),
        Column(name="kept", label=_("In quarantine"), show="number", value=lambda row: getattr(row, "kept", None)),
        Column(name="area", path="area_path", label=_("Area"), show="mono", shown=False),
        Column(name="kinds", label=_("May report"), value=lambda row: row.kinds, reads=("kinds",), shown=False),
        Column(name="changed", path="changed_at", label=_("Secret since"), show="day", shown=False, sort=True),
        Column(
            name="rate", path="per_minute", label=_("Requests a minute"), show="number", shown=False,
        ),
    ),
    filters=(
        Filter(name="open", path="active", label=pgettext_lazy("event source", "open")),
        Filter(name="seen", path="last_seen_at", label=_("Last heard"), lookup="between"),
        Filter(name="silent", path="last_seen_at", label=_("Never heard"), lookup="is_empty"),
        Filter(name="area", path="area_path", label=_("Area"), lookup="under_area"),
    ),
    search=("uri", "name"),
    order=("uri",),
    title=lambda row: row.name,
    href=lambda row: f"{reverse('ui:list', args=['signals.quarantine'])}?sender={row.uri}",
    prepare=with_kept,
    posts=("administrator",),
    empty=_("None yet. Register one: linli signals source add URI --area PATH"),
)  # fmt: skip

LISTS = (QUARANTINE, SOURCES)
ENTRIES = (
    Entry(label=_("Quarantine"), room="devices", to="signals.quarantine", posts=MENDERS, icon="archive"),
    Entry(label=_("Event sources"), room="admin", to="signals.sources", posts=("administrator",), icon="link"),
)
