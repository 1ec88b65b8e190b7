"""From the log to cases: fold, recurrence, close, a rule that fails, exactly once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.base import clock, visibility
from linli.cases.models import Case
from linli.registers.models import Asset
from linli.rules import engine
from linli.rules.declarations import Close, Open, Rule
from linli.rules.models import RuleFailure
from linli.rules.registry import rules
from linli.signals.accept import accept
from linli.signals.envelope import Envelope, Phase
from linli.signals.models import Cursor, Line

pytest_plugins = ["tests.specimen_pack.fixtures"]
TOWN = "34.3417.341702.341702001"


def low(signal, asset, state, now):
    """Raised opens, restored closes."""
    if signal.phase == "restored":
        return Close(kind="specimen_pack.fault", transition="pressure_back")
    return Open(kind="specimen_pack.fault", title=asset.name, detail={"fault": "dry"})


def broken(signal, asset, state, now):
    """Always raises."""
    raise ZeroDivisionError("a fault in a rule")


@pytest.fixture
def hydrant(transactional_db, specimen):
    """A hydrant that reports over DC-09."""
    asset = Asset.objects.create(
        name="演示·消火栓",
        number="D-1",
        type="specimen_pack.hydrant",
        area_path=TOWN,
        address="演示路1号",
        in_use=DateRange(datetime(2020, 1, 1).date(), None),
    )
    Line.objects.create(
        protocol="dc09", identity="1234", asset=asset, during=DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None)
    )
    with rules.opened():
        yield asset


def send(phase: Phase, number: int, account: str = "1234") -> None:
    now = clock.now() + timedelta(seconds=number)
    (verdict,) = accept(
        [
            Envelope(
                protocol="dc09",
                source=f"dc09:{account}",
                kind="alarm.water",
                phase=phase,
                occurred_at=now,
                received_at=now,
                sequence=str(number),
                body=f"{phase}{number}".encode(),
                raw=b"x",
            )
        ]
    )
    assert type(verdict).__name__ == "Accepted", verdict


def drain() -> None:
    while engine.run_once():
        pass


def cases() -> list[Case]:
    with visibility.system():
        return list(Case.objects.order_by("opened_at"))


def test_a_repeated_signal_counts_on_the_open_case(hydrant):
    rules.install([Rule(key="specimen_pack.low", on=("alarm.water",), decide=low)])
    for number in range(3):
        send("raised", number)
    drain()
    (case,) = cases()
    assert (case.signals, case.title, case.address, case.area_path) == (3, "演示·消火栓", "演示路1号", TOWN)


def test_after_closing_a_new_case_remembers_the_old(hydrant):
    rules.install([Rule(key="specimen_pack.low", on=("alarm.water",), decide=low)])
    for number, phase in enumerate(("raised", "restored", "raised")):
        send(phase, number)
    drain()
    first, second = cases()
    assert first.closed_at and second.recurrence_of_id == first.pk and second.closed_at is None


def test_why_stands_on_the_timeline(hydrant):
    rules.install([Rule(key="specimen_pack.low", on=("alarm.*",), decide=low, clause="Hydrant Rules art. 5")])
    send("raised", 1)
    drain()
    with visibility.system():
        entry = cases()[0].timeline.get(what="rule.opened")
    assert (entry.data["rule"], entry.data["clause"], entry.data["kind"]) == (
        "specimen_pack.low",
        "Hydrant Rules art. 5",
        "alarm.water",
    )


def test_a_rule_that_raises_is_kept_and_the_log_goes_on(hydrant):
    rules.install(
        [
            Rule(key="specimen_pack.broken", on=("alarm.water",), decide=broken),
            Rule(key="specimen_pack.low", on=("alarm.water",), decide=low),
        ]
    )
    send("raised", 1)
    drain()
    assert len(cases()) == 1
    failure = RuleFailure.objects.get()
    assert failure.rule == "specimen_pack.broken" and "ZeroDivisionError" in failure.error


def test_nothing_is_judged_twice_when_the_cursor_is_lost(hydrant):
    """A cursor set back (a restored backup) judges again, and the acts know their keys."""
    rules.install([Rule(key="specimen_pack.low", on=("alarm.water",), decide=low)])
    send("raised", 1)
    send("raised", 2)
    drain()
    Cursor.objects.filter(reader=engine.READER).update(log_id=0)
    drain()
    assert cases()[0].signals == 2


def test_a_muted_asset_makes_no_case_but_danger_to_life_does(hydrant):
    from linli.signals.models import AssetState

    rules.install([Rule(key="specimen_pack.low", on=("alarm.*",), decide=low)])
    AssetState.objects.update_or_create(asset=hydrant, defaults={"muted_until": clock.now() + timedelta(days=1)})
    send("raised", 1)
    drain()
    assert cases() == []
    now = clock.now()
    accept(
        [
            Envelope(
                protocol="dc09",
                source="dc09:1234",
                kind="alarm.fire",
                phase="raised",
                occurred_at=now,
                received_at=now,
                sequence="9",
                body=b"fire",
                raw=b"x",
            )
        ]
    )
    drain()
    assert len(cases()) == 1


def test_a_sender_nobody_knows_reaches_only_rules_for_such(transactional_db, specimen):
    asked = []

    def unknown(signal, asset, state, now):
        asked.append((signal.source, asset))
        return None

    with rules.opened():
        rules.install(
            [
                Rule(key="specimen_pack.low", on=("*",), decide=low),
                Rule(key="specimen_pack.unknown", on=("*",), asset_types=("",), decide=unknown),
            ]
        )
        send("raised", 1)
        drain()
    assert asked == [("dc09:1234", None)]
    assert RuleFailure.objects.count() == 0


def test_what_comes_during_maintenance_is_a_case_and_says_so(hydrant):
    from linli.accounts.actor import SYSTEM
    from linli.signals import windows

    rules.install([Rule(key="specimen_pack.low", on=("alarm.water",), decide=low)])
    windows.begin(hydrant.pk, "maintenance", clock.now() + timedelta(hours=2), "演示检修", SYSTEM)
    send("raised", 1)
    drain()
    with visibility.system():
        entry = cases()[0].timeline.get(what="rule.opened")
    assert entry.data["in_maintenance_until"] and entry.data["presence"] == "online"


def test_silence_never_keeps_a_break_in_from_becoming_a_case(hydrant):
    from linli.accounts.actor import SYSTEM
    from linli.signals import windows

    rules.install([Rule(key="specimen_pack.low", on=("alarm.*",), decide=low)])
    windows.begin(hydrant.pk, "muted", clock.now() + timedelta(hours=2), "演示误报", SYSTEM)
    send("raised", 1)
    drain()
    assert cases() == []
    now = clock.now()
    said = Envelope(protocol="dc09", source="dc09:1234", kind="alarm.intrusion", phase="raised", occurred_at=now,
                    received_at=now, sequence="77", body=b"BA")  # fmt: skip
    accept([said])
    drain()
    assert len(cases()) == 1


def test_a_talkative_device_takes_no_room_from_anothers_past(hydrant):
    """What a quiet one said before is seen, however much another has said since; and never more than fifty."""
    seen: dict[str, list[int]] = {}

    def look(signal, asset, state, now):
        seen[asset.number] = [int(one.sequence) for one in state.before if one.sequence]

    rules.install([Rule(key="specimen_pack.look", on=("alarm.water",), decide=look)])
    with visibility.system():
        quiet = Asset.objects.create(
            name="演示·消火栓", number="D-2", type="specimen_pack.hydrant", area_path=TOWN, in_use=DateRange(None, None)
        )
        Line.objects.create(protocol="dc09", identity="5678", asset=quiet, during=DateTimeTZRange(None, None))
    send("raised", 1, "5678")
    for number in range(2, 132):
        send("raised", number)
    drain()
    send("raised", 132)
    send("raised", 133, "5678")
    drain()
    assert seen == {"D-2": [1], "D-1": list(range(82, 132))}
