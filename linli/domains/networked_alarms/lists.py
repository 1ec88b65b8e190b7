"""The systems with what the pack knows of them: operator, account, link."""

from __future__ import annotations

from typing import Any

from django.db.models import DateField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.domains.networked_alarms.models import Contract
from linli.domains.networked_alarms.vocabulary import EligibleClass, SystemKind
from linli.registers.lists import AREA, BY_AREA
from linli.registers.models import Asset
from linli.ui.declarations import Column, Filter, ListSpec, View

PRESENCE = (
    ("online", _("online")),
    ("late", _("late")),
    ("offline", _("offline")),
    ("never", _("never heard")),
)
TONES = {"online": "good", "late": "yellow", "offline": "red"}


def systems() -> QuerySet[Asset]:
    """Alarm systems with the operator and account of the contract in force today."""
    today = Cast(Now(), DateField())
    in_force = Contract.objects.filter(system=OuterRef("pk"), during__contains=today)
    return Asset.objects.filter(type="networked_alarms.system", alarm_system__isnull=False).annotate(
        operator=Subquery(in_force.values("operator__organisation__name")[:1]),
        account=Subquery(in_force.values("account")[:1]),
    )


def _presence(row: Asset) -> str:
    state = getattr(row, "state", None)
    return str(dict(PRESENCE)[state.presence if state else "never"])


def _tone(row: Asset) -> str:
    state = getattr(row, "state", None)
    return TONES.get(state.presence if state else "never", "idle")


def _kind(row: Any) -> str:
    return str(row.alarm_system.get_kind_display())


def _class(row: Any) -> str:
    return str(row.alarm_system.get_eligible_class_display())


LISTS = (
    ListSpec(
        key="networked_alarms.systems",
        label=_("Alarm systems"),
        noun=_("with operator, account and link"),
        rows=systems,
        order=("number", "pk"),
        point="lng,lat",
        search=("number", "name", "initials"),
        href=lambda row: reverse("registers:asset", args=[row.pk]),
        title=lambda row: f"{row.number} {row.name}",
        live="signals",
        columns=(
            Column(name="number", label=_("asset number"), path="number", show="mono", sort=True),
            Column(name="name", label=_("name"), path="name", sub="address", sort=True),
            Column(name="address", label=_("address"), path="address", shown=False),
            AREA,
            Column(
                name="kind", label=_("system"), path="alarm_system__kind", value=_kind, reads=("alarm_system__kind",)
            ),
            Column(
                name="class",
                label=_("place it guards"),
                path="alarm_system__eligible_class",
                value=_class,
                reads=("alarm_system__eligible_class",),
            ),
            Column(name="operator", label=_("alarm operator"), value=lambda row: row.operator or ""),
            Column(name="account", label=_("account"), value=lambda row: row.account or "", show="mono"),
            Column(
                name="presence",
                label=_("link"),
                path="state__presence",
                value=_presence,
                tone=_tone,
                show="pill",
                reads=("state__presence",),
            ),
            Column(name="seen", label=_("last heard"), path="state__last_seen", show="moment"),
        ),
        filters=(
            Filter(name="number", path="number", label=_("asset number"), lookup="contains"),
            Filter(
                name="kind",
                path="alarm_system__kind",
                label=_("system"),
                lookup="any_of",
                choices=lambda: SystemKind.choices,
            ),
            Filter(
                name="class",
                path="alarm_system__eligible_class",
                label=_("place it guards"),
                lookup="any_of",
                choices=lambda: EligibleClass.choices,
            ),
            Filter(name="presence", path="state__presence", label=_("link"), lookup="any_of", choices=PRESENCE),
            BY_AREA,
        ),
        views=(View(key="silent", label=_("Silent"), query="presence=offline&presence=late"),),
        posts=("duty_operator", "shift_leader", "technician", "county_security", "programme_office", "administrator"),
        empty=_("No alarm system is registered. Take in the register of alarm users under «Imports»."),
    ),
)
