"""Make simulated devices known to the house: an asset and a line each, spread over the towns of the city."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.areas.models import Level
from linli.areas.tree import Place, load_tree
from linli.base import visibility
from linli.registers.models import Asset
from linli.signals.models import Line

SPREAD = 0.02
"""Degrees round a town's centre, so that the dots of a map do not hide one another."""
SETTING = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """One device to make known. `number` is its asset's; `line` are further fields of `signals.Line`."""

    identity: str
    number: str
    name: str
    type: str
    line: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def enrol(protocol: str, devices: Sequence[Enrolled]) -> int:
    """Register those of `devices` whose number is not yet taken; how many were new. Their settings say `simulated`."""
    with transaction.atomic(), visibility.system():
        taken = set(Asset.objects.filter(number__in=[one.number for one in devices]).values_list("number", flat=True))
        fresh = [one for one in devices if one.number not in taken]
        towns = load_tree().of_level(Level.TOWN)
        assets = Asset.objects.bulk_create([_asset(one, towns) for one in fresh], batch_size=1000)
        Line.objects.bulk_create(
            [
                Line(
                    protocol=protocol,
                    identity=one.identity,
                    asset=asset,
                    during=DateTimeTZRange(None, None),
                    **one.line,
                )
                for one, asset in zip(fresh, assets, strict=True)
            ],
            batch_size=1000,
        )
    return len(fresh)


def _asset(one: Enrolled, towns: Sequence[Place]) -> Asset:
    chance = random.Random(one.number)
    town = chance.choice(towns) if towns else None
    lng, lat = (town.lng or 117.49, town.lat or 30.66) if town else (117.49, 30.66)
    return Asset(
        number=one.number,
        name=one.name,
        type=one.type,
        area_path=town.path if town else "34.3417",
        lng=round(lng + chance.uniform(-SPREAD, SPREAD), 6),
        lat=round(lat + chance.uniform(-SPREAD, SPREAD), 6),
        in_use=DateRange(None, None),
        provenance={"source": "linli simulate"},
        settings={SETTING: True, **one.settings},
    )
