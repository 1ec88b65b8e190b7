"""A sender nobody knows: kept, acknowledged, adopted or refused; never an alarm case (DC-09 §5.5)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.accounts.actor import Actor
from linli.base import clock, visibility
from linli.cases.act import act
from linli.cases.models import Case
from linli.cases.release import release
from linli.domains.devices.adopting import AlreadyAdopted, NoSuchAsset
from linli.registers.models import Asset
from linli.rules import engine
from linli.signals.accept import accept
from linli.signals.envelope import Envelope
from linli.signals.models import Line, Signal

KEEPER = Actor(post="technician", name="演示·技术员", areas=("34.3417",))


@pytest.fixture(autouse=True)
def _released(transactional_db):
    release()


def ring(number: int) -> None:
    now = clock.now()
    accept(
        [
            Envelope(
                protocol="dc09",
                source="dc09:77AA",
                kind="alarm.panic",
                phase="raised",
                occurred_at=now,
                received_at=now,
                sequence=str(number),
                body=str(number).encode(),
                raw=b"x",
                trust="unregistered",
            )
        ]
    )
    while engine.run_once():
        pass


def kinds() -> list[str]:
    with visibility.system():
        return list(Case.objects.order_by("opened_at").values_list("kind_id", flat=True))


def the_case() -> Case:
    with visibility.system():
        return Case.objects.get(kind_id="devices.adoption", closed_at=None)


def test_an_unknown_account_is_asked_about_once(transactional_db):
    ring(1)
    ring(2)
    assert kinds() == ["devices.adoption"]


def test_adopted_its_next_signal_is_the_asset_s(transactional_db):
    ring(1)
    asset = Asset.objects.create(
        name="演示·主机",
        number="A-77",
        type="x.y",
        area_path="34.3417.341702",
        in_use=DateRange(date(2020, 1, 1), None),
    )
    with pytest.raises(NoSuchAsset), KEEPER.sees():
        act(the_case().pk, "adopt", KEEPER, {"asset_number": "A-78"})
    with KEEPER.sees():
        act(the_case().pk, "adopt", KEEPER, {"asset_number": "A-77"})
    assert Line.objects.get().identity == "77AA"
    ring(2)
    with visibility.system():
        assert Signal.objects.order_by("-log_id")[0].asset_id == asset.pk


def test_a_sender_that_somebody_registered_meanwhile_is_not_adopted(transactional_db):
    ring(1)
    for number in ("A-1", "A-2"):
        Asset.objects.create(
            name=number, number=number, type="x.y", area_path="34.3417.341702", in_use=DateRange(date(2020, 1, 1), None)
        )
    other = Asset.objects.get(number="A-1")
    Line.objects.create(protocol="dc09", identity="77AA", asset=other, during=DateTimeTZRange(clock.now(), None))
    case = the_case()
    with pytest.raises(AlreadyAdopted), KEEPER.sees():
        act(case.pk, "adopt", KEEPER, {"asset_number": "A-2"})
    assert the_case().state == "open"


def test_refused_nobody_is_asked_again_and_the_log_still_hears(transactional_db):
    ring(1)
    with KEEPER.sees():
        act(the_case().pk, "refuse", KEEPER, {"reason": "演示：误配的主机"})
    ring(2)
    assert kinds() == ["devices.adoption"]
    with visibility.system():
        assert Signal.objects.count() == 2
