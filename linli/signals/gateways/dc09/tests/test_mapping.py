"""Frame → envelopes: kinds, phases, times, places, and what of a person is not kept."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.signals.gateways.dc09 import codes
from linli.signals.gateways.dc09.events import Event
from linli.signals.gateways.dc09.mapping import account_source, envelopes, line_source
from linli.signals.gateways.dc09.tests.build import NOW, STAMP, read


def _map(body: str, **arguments):
    decoded = read(body, **arguments)
    return envelopes(decoded, received_at=NOW, source=account_source(decoded.identity), trust="registered")


def _sia(data: str, tail: str = ""):
    return _map(f'"SIA-DCS"0001L0#1234[#1234|{data}]{tail}')


@pytest.mark.parametrize(
    ("form", "qualifier", "code", "kind", "phase"),
    [
        ("SIA", "N", "FA", "alarm.fire", "raised"), ("SIA", "N", "FH", "alarm.fire", "restored"),
        ("SIA", "N", "KA", "alarm.fire", "raised"), ("SIA", "N", "GA", "alarm.gas", "raised"),
        ("SIA", "N", "PA", "alarm.panic", "raised"), ("SIA", "N", "MA", "alarm.medical", "raised"),
        ("SIA", "N", "BR", "alarm.intrusion", "restored"), ("SIA", "N", "WA", "alarm.water", "raised"),
        ("SIA", "N", "ZA", "alarm.environment", "raised"), ("SIA", "N", "ES", "alarm.tamper", "raised"),
        ("SIA", "N", "BC", "alarm.intrusion", "cancelled"), ("SIA", "N", "FC", "alarm.fire", "cancelled"),
        ("SIA", "N", "AT", "fault.power.mains", "raised"), ("SIA", "N", "YR", "fault.power.battery", "restored"),
        ("SIA", "N", "YC", "fault.communication", "raised"), ("SIA", "N", "FT", "fault.component", "raised"),
        ("SIA", "N", "OP", "state.disarmed", "info"), ("SIA", "N", "CL", "state.armed", "info"),
        ("SIA", "N", "CI", "state.schedule_missed", "raised"), ("SIA", "N", "BB", "state.bypassed", "raised"),
        ("SIA", "N", "FU", "state.bypassed", "restored"), ("SIA", "N", "RP", "test.periodic", "test"),
        ("SIA", "N", "RX", "test.manual", "test"), ("SIA", "N", "RR", "status.restarted", "info"),
        ("SIA", "N", "DG", "unknown", "info"), ("SIA", "N", "QQ", "unknown", "info"),
        ("CID", "1", "110", "alarm.fire", "raised"), ("CID", "3", "113", "alarm.fire", "restored"),
        ("CID", "6", "151", "alarm.gas", "continuing"), ("CID", "1", "162", "alarm.gas", "raised"),
        ("CID", "1", "121", "alarm.panic", "raised"), ("CID", "1", "154", "alarm.water", "raised"),
        ("CID", "1", "158", "alarm.environment", "raised"), ("CID", "1", "145", "alarm.tamper", "raised"),
        ("CID", "1", "406", "alarm.intrusion", "cancelled"), ("CID", "1", "401", "state.disarmed", "info"),
        ("CID", "3", "401", "state.armed", "info"), ("CID", "3", "441", "state.armed", "info"),
        ("CID", "1", "454", "state.schedule_missed", "raised"), ("CID", "3", "570", "state.bypassed", "restored"),
        ("CID", "1", "602", "test.periodic", "test"), ("CID", "1", "305", "status.restarted", "info"),
        ("CID", "1", "B30", "unknown", "raised"), ("CID", "1", "900", "unknown", "raised"),
        ("CID", "2", "110", "unknown", "info"),
    ],
)  # fmt: skip
def test_kind_and_phase(form, qualifier, code, kind, phase):
    meant = codes.meaning(Event(form, qualifier, code, "1", None, None))
    assert (meant.kind, meant.phase) == (kind, phase)


def test_every_code_has_names_in_both_languages():
    rows = codes.table()
    assert sum(form == "SIA" for form, _ in rows) == 305
    assert sum(form == "CID" for form, _ in rows) == 322
    for (form, code), row in rows.items():
        assert row.name_en and any("一" <= character <= "鿿" for character in row.name_zh), (form, code)


def test_every_kind_of_the_table_is_declared_by_the_house():
    from linli.signals.kinds import HOUSE_KINDS

    declared = {kind.key for kind in HOUSE_KINDS}
    assert {
        codes.meaning(Event(form, "1" if form == "CID" else "N", code, None, None, None)).kind
        for form, code in codes.table()
    } <= declared


def test_modes():
    modes = {code: row.mode for (_, code), row in codes.table().items() if row.mode}
    assert {modes[code] for code in ("121", "124", "125")} == {"silent"}
    assert {modes[code] for code in ("BV", "139")} == {"verified"}
    assert {modes[code] for code in ("NL", "441")} == {"stay"} and modes["456"] == "partial"


def test_three_events_three_envelopes_of_one_frame():
    found = _sia("Nri1/BA01/BA02|Nri2/id7/OP07", STAMP)
    assert [(item.kind, item.item, item.values.get("zone"), item.values.get("user")) for item in found] == [
        ("alarm.intrusion", 0, "01", None),
        ("alarm.intrusion", 1, "02", None),
        ("state.disarmed", 2, None, "07"),
    ]
    assert len({item.fingerprint() for item in found}) == 3
    assert len({item.body for item in found}) == 1


def test_repeat_with_a_new_timestamp_is_the_same_signal_and_other_data_is_another():
    first, again, other = (
        _sia(data, stamp)[0].fingerprint()
        for data, stamp in (("NBA1", STAMP), ("NBA1", "_02:03:30,08-25-2026"), ("NBA2", STAMP))
    )
    assert first == again != other


def test_link_tests_are_heartbeats():
    for body in ('"NULL"0000L0#1234[]', '"XNM"0001L0#1234[][CDP4][G1]'):
        (item,) = _map(body)
        assert (item.kind, item.phase) == ("status.heartbeat", "info")
    assert (item.values["supervision"], item.values["path"]) == ("DP4", "1")


def test_duress_is_silent_a_second_detector_verifies_and_arming_says_how():
    assert _map('"ADM-CID"0001L0#1234[#1234|1121 01 007]')[0].values["silent"] is True
    assert _sia("NBV1")[0].values["verified"] is True
    stay, away = _sia("NNL1")[0].values, _sia("NCL7")[0].values
    assert stay["mode"] == "stay" and "mode" not in away and away["user"] == "7"


@pytest.mark.parametrize(
    ("data", "tail", "occurred", "late"),
    [
        ("NBA1", "", NOW, False),
        ("NBA1", STAMP, NOW - timedelta(seconds=1), False),
        ("NBA1", "_04:45:01,08-30-2014", NOW, False),
        ("NBA1", "_01:40:00,08-25-2026", datetime(2026, 8, 25, 1, 40, tzinfo=UTC), False),
        ("NBA1", "[H23:00:00,08-24-2026]" + STAMP, datetime(2026, 8, 24, 23, 0, tzinfo=UTC), True),
        ("NBA1", "[H23:00:00,08-24-2027]" + STAMP, NOW - timedelta(seconds=1), False),
        ("NBA1", "[Hrubbish]" + STAMP, NOW - timedelta(seconds=1), False),
        ("Oti01:00/TA03", STAMP, datetime(2026, 8, 25, 1, 0, tzinfo=UTC), True),
        ("Oti12:00/TA03", STAMP, datetime(2026, 8, 24, 12, 0, tzinfo=UTC), True),
        ("Oda08-23-26/ti12:00:30/TA03", STAMP, datetime(2026, 8, 23, 12, 0, 30, tzinfo=UTC), True),
        ("Oti99:99/TA03", STAMP, NOW - timedelta(seconds=1), True),
    ],
)
def test_when_it_happened(data, tail, occurred, late):
    (item,) = _sia(data, tail)
    assert (item.occurred_at, item.late) == (occurred, late)


def test_clock_skew_is_kept_beyond_a_minute():
    (close,), (far,) = _sia("NBA1", STAMP), _sia("NBA1", "_01:40:00,08-25-2026")
    assert close.clock_skew_seconds is None
    assert far.clock_skew_seconds == -1385


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        ("117E29.40", "30N39.60", (117.49, 30.66)),
        ("012W34.1", "045S12.2", (-12.568333, -45.203333)),
        ("000E00.0", "00N00.0", None),
        ("181E00", "10N00", None),
        ("117E61.0", "30N39.6", None),
        ("30N39", "117E29", None),
    ],
)
def test_place(x, y, place):
    (item,) = _sia("NBA1", f"[X{x}][Y{y}]")
    assert item.place == (pytest.approx(place) if place else None)


def test_users_are_numbers_and_never_names():
    (item,) = _sia("Nri1/id7^Zhang San^/OP7^Zhang San^")
    assert item.values["user"] == "7"
    assert "Zhang" not in str(item.values)


def test_site_behind_a_transmitter():
    (item,) = _map('"SIA-DCS"0001L0#AAA1[#1234|NFA1]')
    assert (item.values["site"], item.values["transmitter"]) == ("1234", "AAA1")


def test_trigger_refines_an_untyped_zone_and_never_demotes_a_fire():
    assert _sia("NUA1", "[TF]")[0].kind == "alarm.fire"
    assert _sia("NUA1", "[TC]")[0].kind == "alarm.intrusion"
    (fire,) = _sia("NFA1", "[TW]")
    assert fire.kind == "alarm.fire"
    assert _sia("NFA1", "[TM]")[0].values["trigger"] == "manual"


def test_extended_texts_come_readable_and_the_new_key_is_named_as_redacted():
    (item,) = _sia("NBA1", "[L三楼][Vhttp://a/b][Kabcdef]".encode().decode("latin-1"))
    assert (item.values["location"], item.values["verification"]) == ("三楼", "http://a/b")
    assert item.values["redacted"] == ["xdata.K"] and "abcdef" not in str(item)


def test_text_alone_is_a_signal():
    (item,) = _sia("AHello")
    assert (item.kind, item.values["text"]) == ("unknown", "Hello")


def test_sources():
    decoded = read('"SIA-DCS"0001R1aLb#0abc[#0abc|NFA1]')
    assert account_source(decoded.identity) == "dc09:0ABC"
    assert line_source(decoded) == "dc09:1A/B/0ABC"
    assert account_source(None) == "dc09:-"


def test_refused_frames_give_no_envelope():
    assert _map('"SIA-DCS"0001L0#1234[]') == []
    assert _map('"ACK"0001L0#1234[]') == []


def test_a_text_of_a_page_is_shown_by_its_beginning():
    (item,) = _sia(f"NBA1^{'x' * 3000}^")
    assert item.values["text"] == "x" * 1000 and len(item.raw) > 3000
