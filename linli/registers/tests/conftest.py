"""Helpers of the registers' tests: actors, demo codes, tables as bytes."""

import io
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from openpyxl import Workbook
from stdnum.cn import uscc

from linli.accounts.actor import Actor
from linli.base.ids import uuid7
from linli.registers.declarations import AssetType
from linli.registers.models import Asset, Organisation, Premises
from linli.registers.registry import asset_types

TOWN = "34.3417.341702.341702001"
DAY = date(2026, 1, 1)


def code(number: int) -> str:
    """A demo unified social credit code."""
    head = f"919917{2:02}MA{number:07}"[:17]
    return head + uscc.calc_check_digit(head)


def csv_of(*rows: tuple, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(map(str, row)) for row in rows).encode(encoding)


def xlsx_of(*rows: tuple) -> bytes:
    book = Workbook()
    sheet = book.create_sheet(index=0)
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def keeper() -> Actor:
    return Actor(post="technician", name="演示·甲", user_id=uuid7(), areas=("34.3417",), bodies=(uuid7(),))


@pytest.fixture
def alarm_type():
    with asset_types.opened():
        asset_types.install([AssetType(key="trial.system", label="报警系统")])
        yield


def organisation(number: int = 1, **fields) -> Organisation:
    return Organisation(
        **{"name": f"演示·第{number}商行", "uscc": code(number), "area_path": TOWN, "in_use": DateRange(DAY, None)}
        | fields
    )


def premises(owner: Organisation | None = None, **fields) -> Premises:
    return Premises(
        **{"name": "门店", "kind": "shop", "organisation": owner, "area_path": TOWN, "in_use": DateRange(DAY, None)}
        | fields
    )


def asset(number: str = "LW-1", **fields) -> Asset:
    return Asset(
        **{
            "number": number,
            "name": f"演示·系统 {number}",
            "type": "trial.system",
            "area_path": TOWN,
            "in_use": DateRange(DAY, None),
        }
        | fields
    )
