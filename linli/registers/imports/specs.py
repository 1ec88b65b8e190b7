"""The three spreadsheets of the registers: organisations, premises, assets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.registers.declarations import ImportColumn, ImportSpec, RowInHand
from linli.registers.identifiers import checked_uscc
from linli.registers.imports.placing import PLACE, place
from linli.registers.imports.readers import choice, number, text
from linli.registers.models import Asset, Organisation, Premises
from linli.registers.registry import asset_types

KEEPERS = ("administrator", "shift_leader", "technician", "programme_office")
USCC = ("统一社会信用代码", "信用代码", "社会信用代码", "USCC")


def organisations(rows: Sequence[RowInHand]) -> None:
    """USCC, name and kinds; placed."""
    for row in rows:
        row.fields |= {"uscc": row.values["uscc"], "name": row.values["name"]}
        if "kinds" in row.values:
            row.fields["kinds"] = row.values["kinds"]
    place(rows)


def premises(rows: Sequence[RowInHand]) -> None:
    """Name within the organisation, which must be registered; placed, else where the organisation is."""
    owners = _by("uscc", Organisation, [row.values["uscc"] for row in rows])
    inherited = {}
    for row in rows:
        owner = owners.get(row.values["uscc"])
        if owner is None:
            row.fault("uscc", gettext("no organisation is registered under it: take in the organisations first"))
            continue
        row.fields |= {"organisation_id": owner.pk, "name": row.values["name"], "kind": row.values["kind"]}
        inherited[row.line] = owner.area_path
    place([row for row in rows if not row.faults], inherited)


def assets(rows: Sequence[RowInHand]) -> None:
    """Number, type, owner, premises, parent, interval; placed, else where the premises are."""
    owners = _by("uscc", Organisation, [row.values.get("uscc") for row in rows])
    parents = _by("number", Asset, [row.values.get("parent") for row in rows])
    places = {
        (row.organisation_id, row.name): row
        for row in Premises.objects.filter(
            organisation__in=[owner.pk for owner in owners.values()],
            name__in={row.values["premises"] for row in rows if "premises" in row.values},
        )
    }
    inherited: dict[int, str] = {}
    for row in rows:
        _asset(row, owners, places, parents, inherited)
    place([row for row in rows if not row.faults], inherited)


def _asset(
    row: RowInHand, owners: dict[str, Any], places: dict[Any, Any], parents: dict[str, Any], inherited: dict[int, str]
) -> None:
    values = row.values
    row.fields |= {"number": values["number"], "name": values["name"], "type": values["type"]}
    owner = owners.get(values.get("uscc", ""))
    if "uscc" in values and owner is None:
        row.fault("uscc", gettext("no organisation is registered under it: take in the organisations first"))
        return
    if owner:
        row.fields["organisation_id"] = owner.pk
        inherited[row.line] = owner.area_path
    if "premises" in values:
        found = places.get((owner.pk if owner else None, values["premises"]))
        if found is None:
            row.fault("premises", gettext("the organisation has no premises of this name: take in the premises first"))
            return
        row.fields["premises_id"] = found.pk
        inherited[row.line] = found.area_path
    if "parent" in values:
        above = parents.get(values["parent"])
        if above is None or values["parent"] == values["number"]:
            row.fault("parent", gettext("no other device is registered under this number"))
            return
        row.fields["parent_id"] = above.pk
    if "supervision" in values:
        row.fields["supervision"] = timedelta(minutes=values["supervision"])


def _by(field: str, model: Any, keys: Sequence[str | None]) -> dict[Any, Any]:
    wanted = {key for key in keys if key}
    return {getattr(row, field): row for row in model.objects.filter(**{f"{field}__in": wanted})} if wanted else {}


def _code(cell: str) -> str:
    """A credit code that the spreadsheet has left whole."""
    return checked_uscc(text(64)(cell))


def _type(cell: str) -> str:
    """A declared type of asset, by its key or its label."""
    return choice({str(kind.label): kind.key for kind in asset_types})(cell)


def _kinds(cell: str) -> list[str]:
    return [text(32)(part.strip()) for part in cell.replace("，", "、").replace(",", "、").split("、") if part.strip()]


_NAME = ImportColumn(
    name="name",
    headings=("名称", "单位名称", "场所名称", "设备名称", "name"),
    label=_("name"),
    read=text(200),
    example="演示·秋浦商行",
)
_OWNER = ImportColumn(
    name="uscc", headings=USCC, label=_("unified social credit code"), read=_code, example="91991702MADEMO0001"
)

SPECS = (
    ImportSpec(
        key="registers.organisations",
        label=_("organisations"),
        model=Organisation,
        match=("uscc",),
        prepare=organisations,
        posts=KEEPERS,
        columns=(
            _OWNER,
            _NAME,
            ImportColumn(
                name="kinds",
                headings=("单位类别", "类别", "kinds"),
                label=_("kinds"),
                read=_kinds,
                required=False,
                example="bank、mall",
            ),
            *PLACE,
        ),
    ),
    ImportSpec(
        key="registers.premises",
        label=_("premises"),
        model=Premises,
        match=("organisation_id", "name"),
        prepare=premises,
        posts=KEEPERS,
        columns=(
            _OWNER,
            _NAME,
            ImportColumn(
                name="kind", headings=("场所类别", "类别", "kind"), label=_("kind"), read=text(32), example="shop"
            ),
            *PLACE,
        ),
    ),
    ImportSpec(
        key="registers.assets",
        label=_("assets"),
        model=Asset,
        match=("number",),
        prepare=assets,
        posts=KEEPERS,
        columns=(
            ImportColumn(
                name="number",
                headings=("设备编号", "编号", "number"),
                label=_("asset number"),
                read=text(64),
                example="LW-00012",
            ),
            ImportColumn(
                name="name",
                headings=("设备名称", "名称", "name"),
                label=_("name"),
                read=text(200),
                example="演示·秋浦商行 报警系统",
            ),
            ImportColumn(name="type", headings=("设备类型", "类型", "type"), label=_("type"), read=_type),
            ImportColumn(name="uscc", headings=USCC, label=_("unified social credit code"), read=_code, required=False),
            ImportColumn(
                name="premises",
                headings=("场所名称", "所在场所", "premises"),
                label=_("premises"),
                read=text(200),
                required=False,
            ),
            ImportColumn(
                name="parent",
                headings=("上级设备编号", "parent"),
                label=_("number of the device above"),
                read=text(64),
                required=False,
            ),
            ImportColumn(
                name="supervision",
                headings=("监测间隔", "supervision"),
                label=_("supervision interval (minutes)"),
                read=number,
                required=False,
                example="1440",
            ),
            *PLACE,
        ),
    ),
)
