"""Bring the package's tree into the database: the same call the first time, after an upgrade, and for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from linli.areas.models import Area, AreaCode, AreaEdition, AreaName, AreaSuccessor
from linli.areas.package import (
    PACKAGE_BOUNDARIES,
    TITLE,
    Dated,
    Package,
    Row,
    read_package,
    short_name,
    stable_id,
)
from linli.base import clock
from linli.base.text import fold, pairs, to_initials, to_pinyin


@dataclass(frozen=True)
class Loaded:
    """How many areas, codes, names and successions the tree holds, and whether anything was written."""

    areas: int
    codes: int
    names: int
    successions: int
    written: bool


@transaction.atomic
def load_areas(*, again: bool = False) -> Loaded:
    """Write the package's tree; does nothing when this very edition is there, unless `again`.

    Rows are matched by their keys, so a second load changes nothing; boundaries that a city put in place of the
    package's own are left alone.
    """
    package = read_package()
    edition = AreaEdition.locked()
    stale = again or edition.digest != package.digest
    if stale:
        _write(package)
        edition.digest, edition.title, edition.loaded_at = package.digest, TITLE, clock.now()
        edition.revision += 1
        edition.save()
    areas, codes, names, successions = (
        model._default_manager.count() for model in (Area, AreaCode, AreaName, AreaSuccessor)
    )
    return Loaded(areas, codes, names, successions, stale)


def _write(package: Package) -> None:
    _upsert(Area, _areas(package.rows))
    # Dated rows are written anew: an earlier state of theirs could overlap the new one.
    ids = [row.id for row in package.rows]
    for model in (AreaCode, AreaName):
        model._default_manager.filter(area_id__in=ids).delete()
    AreaCode.objects.bulk_create(_code(row, dated) for row in package.rows for dated in row.codes)
    AreaName.objects.bulk_create(_name(row, dated) for row in package.rows for dated in row.names)
    _upsert(
        AreaSuccessor,
        [
            AreaSuccessor(
                id=stable_id("succession", f"{link.before}/{link.after}"),
                before_id=stable_id("area", link.before),
                after_id=stable_id("area", link.after),
                since=link.since,
                change=link.change,
            )
            for link in package.successions
        ],
    )


def _areas(rows: Iterable[Row]) -> list[Area]:
    today = {row.path: row.id for row in rows if row.ended_on is None}
    former = {row.path: row.id for row in rows if row.ended_on}
    kept = {
        area.pk: area
        for area in Area.objects.exclude(boundary_source__in=PACKAGE_BOUNDARIES).only("boundary", "boundary_source")
    }
    areas = []
    for row in sorted(rows, key=lambda row: row.level):
        own = kept.get(row.id)
        areas.append(
            Area(
                id=row.id,
                parent_id=(row.ended_on and former.get(row.parent_path)) or today.get(row.parent_path),
                path=row.path,
                name=row.name,
                short_name=short_name(row.name, row.kind),
                level=row.level,
                kind=row.kind,
                urban_rural=row.urban_rural,
                urban_rural_guessed=row.urban_rural_guessed,
                lng=row.lng,
                lat=row.lat,
                point_invented=row.point_invented,
                boundary=own.boundary if own else row.boundary,
                boundary_source=own.boundary_source if own else row.boundary_source,
                ended_on=row.ended_on,
            )
        )
    return areas


def _code(row: Row, dated: Dated) -> AreaCode:
    key = stable_id("code", f"{row.key}/{dated.text}")
    return AreaCode(id=key, area_id=row.id, code=dated.text, valid=DateRange(dated.since, dated.until))


def _name(row: Row, dated: Dated) -> AreaName:
    return AreaName(
        id=stable_id("name", f"{row.key}/{dated.text}"),
        area_id=row.id,
        name=dated.text,
        pinyin=to_pinyin(dated.text),
        initials=to_initials(dated.text),
        pairs=pairs(fold(dated.text)),
        valid=DateRange(dated.since, dated.until),
    )


def _upsert(model: type[models.Model], rows: list[Any]) -> None:
    changing = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=changing)
