"""The lists of the registers and their places in the menu."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.areas.tree import load_tree
from linli.registers.imports.specs import KEEPERS
from linli.registers.models import Asset, ImportRun, Organisation, Placed, Premises
from linli.registers.registry import asset_types, import_specs
from linli.ui.declarations import Column, Entry, Filter, ListSpec, View


def area_of(row: Placed) -> str:
    """The names of a row's area below the city."""
    return load_tree().full_name(row.area_path)


def type_of(row: Asset) -> str:
    """The label of an asset's type; its key when its pack is not installed."""
    declared = asset_types.get(row.type)
    return str(declared.label) if declared else row.type


def _in_use(row: Placed) -> str:
    return "" if row.in_use.upper is None else str(row.in_use.upper)


def _types() -> tuple[tuple[str, Any], ...]:
    return tuple((kind.key, kind.label) for kind in asset_types)


AREA = Column(name="area", label=_("area"), path="area_path", value=area_of, reads=("area_path",), sort=True)
ADDRESS = Column(name="address", label=_("address"), path="address")
NAME = Column(name="name", label=_("name"), path="name", sub="address", sort=True)
OUT = Column(name="out", label=_("out of use from"), value=_in_use, reads=("in_use",), shown=False)
BY_AREA = Filter(name="area", path="area_path", label=_("area"), lookup="under_area")
GONE = Filter(name="now", path="in_use__endswith", label=_("in use without end"), lookup="is_empty")
NOW = View(key="now", label=_("In use"), query="now=true")

LISTS = (
    ListSpec(
        key="registers.organisations",
        label=_("Organisations"),
        noun=_("registered with their credit code"),
        rows=Organisation.objects.all,
        order=("name", "pk"),
        point="lng,lat",
        search=("name", "initials", "uscc"),
        href=lambda row: reverse("registers:organisation", args=[row.pk]),
        title=lambda row: row.name,
        live="registers",
        columns=(
            NAME,
            ADDRESS,
            AREA,
            Column(name="uscc", label=_("unified social credit code"), path="uscc", show="mono"),
            Column(name="kinds", label=_("kinds"), value=lambda row: "、".join(row.kinds), reads=("kinds",)),
            OUT,
        ),
        filters=(Filter(name="name", path="name", label=_("name"), lookup="contains"), BY_AREA, GONE),
        views=(NOW,),
        empty=_("No organisation is registered. Take a table in under «Imports»."),
    ),
    ListSpec(
        key="registers.premises",
        label=_("Premises"),
        noun=_("buildings, shops, yards"),
        rows=Premises.objects.all,
        order=("name", "pk"),
        point="lng,lat",
        search=("name", "initials", "address"),
        href=lambda row: reverse("registers:premises", args=[row.pk]),
        title=lambda row: row.name,
        live="registers",
        columns=(
            NAME,
            ADDRESS,
            AREA,
            Column(name="kind", label=_("kind"), path="kind", sort=True),
            Column(name="organisation", label=_("organisation"), path="organisation__name"),
            OUT,
        ),
        filters=(
            Filter(name="name", path="name", label=_("name"), lookup="contains"),
            Filter(name="kind", path="kind", label=_("kind")),
            BY_AREA,
            GONE,
        ),
        views=(NOW,),
        empty=_("No premises are registered. Take a table in under «Imports»."),
    ),
    ListSpec(
        key="registers.assets",
        label=_("Devices and systems"),
        noun=_("with their numbers"),
        rows=Asset.objects.all,
        order=("number", "pk"),
        point="lng,lat",
        search=("number", "name", "initials"),
        href=lambda row: reverse("registers:asset", args=[row.pk]),
        title=lambda row: f"{row.number} {row.name}",
        live="registers",
        columns=(
            Column(name="number", label=_("asset number"), path="number", show="mono", sort=True),
            NAME,
            ADDRESS,
            AREA,
            Column(name="type", label=_("type"), path="type", value=type_of, reads=("type",)),
            Column(name="premises", label=_("premises"), path="premises__name"),
            Column(name="organisation", label=_("owner"), path="organisation__name"),
            OUT,
        ),
        filters=(
            Filter(name="number", path="number", label=_("asset number"), lookup="contains"),
            Filter(name="type", path="type", label=_("type"), lookup="any_of", choices=_types),
            BY_AREA,
            GONE,
        ),
        views=(NOW,),
        empty=_("No device is registered. Take a table in under «Imports»."),
    ),
)

ENTRIES = (
    Entry(label=_("Premises"), room="places", to="registers.premises", icon="pin"),
    Entry(label=_("Organisations"), room="places", to="registers.organisations", icon="building"),
    Entry(label=_("Imports"), room="places", to="registers:imports", icon="upload", posts=KEEPERS),
    Entry(label=_("Devices and systems"), room="devices", to="registers.assets", icon="device"),
)


def table_of(run: ImportRun) -> str:
    """What a run took in, in words."""
    spec = import_specs.get(run.spec)
    return str(spec.label) if spec else run.spec
