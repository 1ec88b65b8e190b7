"""What a frame says: the dialects of real panels, time policies, keys, modifiers, extended data."""

from datetime import timedelta

import pytest

from linli.signals.gateways.dc09.crypto import BadKey, Key
from linli.signals.gateways.dc09.decode import decode
from linli.signals.gateways.dc09.frames import read_datagram
from linli.signals.gateways.dc09.profiles import PROFILES, STRICT, TimePolicy
from linli.signals.gateways.dc09.tests.build import KEY, NOW, STAMP, encrypted, one, read, slow_crc, wrapped

KEYED = Key.parse(KEY)
LATIN = "latin-1"


def _codes(answer) -> list[tuple]:
    return [(event.code, event.address, event.area, event.user, event.text) for event in answer.events]


def _sia(data: str):
    return read(f'"SIA-DCS"0001L0#1234[{data}]')


@pytest.mark.parametrize(
    ("data", "events"),
    [
        ("#1234|NBA012^name^", [("BA", "012", None, None, "name")]),
        ("#1234|Nti10:23/id7/ri2/pi1/BA01", [("BA", "01", "2", "7", None)]),
        ("#1234|Nri1/BA01/BA02|Nri2/id7/OP07", [("BA", "01", "1", None, None), ("BA", "02", "1", None, None), ("OP", "07", "2", "7", None)]),
        ("#1234|Nri1/BA01|NFA02", [("BA", "01", "1", None, None), ("FA", "02", None, None, None)]),
        ("#1234|Nri1/BA01/ri2/BA02", [("BA", "01", "1", None, None), ("BA", "02", "2", None, None)]),
        ("#1234|Nri1CL0^VX FRONTE            ^", [("CL", "0", "1", None, "VX FRONTE")]),
        ("#1234|Nri1BA01", [("BA", "01", "1", None, None)]),
        ("#1234|NBA01^a/b|c^/BA02", [("BA", "01", None, None, "a/b|c"), ("BA", "02", None, None, None)]),
        ("#1234|NBA01^open/FA02", [("BA", "01", None, None, "open"), ("FA", "02", None, None, None)]),
        ('#1234|NBA01*"Hall"NM', [("BA", "01", None, None, "Hall")]),
        ("#1234|NBA01/9!/FA02", [("BA", "01", None, None, None), ("FA", "02", None, None, None)]),
        ("#1234|Nid7^Zhang^/OP7^Zhang^", [("OP", "7", None, "7", "Zhang")]),
        ("#1234NFA1", [("FA", "1", None, None, None)]),
        ("Nri1/WA000", [("WA", "000", "1", None, None)]),
        ("|Nri1/CL501", [("CL", "501", "1", None, None)]),
        ("36214|NRP", [("RP", None, None, None, None)]),
        ("#1234|NZZ9", [("ZZ", "9", None, None, None)]),
    ],
)  # fmt: skip
def test_sia_blocks(data, events):
    answer = _sia(data)
    assert answer.reply == "ACK"
    assert _codes(answer) == events


def test_text_with_a_bracket_keeps_its_event():
    answer = read(f'"SIA-DCS"0001L0#1234[#1234|NBA01^a]b^][M001122334455]{STAMP}')
    assert _codes(answer) == [("BA", "01", None, None, "a]b")]
    assert answer.deviations == ("data_contains_bracket",)
    assert answer.fields == (("M", "001122334455"),)


def test_text_block_alone_is_kept_and_acknowledged():
    answer = _sia("#1234|Ahello")
    assert (answer.verdict, answer.reply, answer.texts, answer.events) == ("accept", "ACK", ("hello",), ())


@pytest.mark.parametrize(
    ("data", "event", "deviations"),
    [
        ("#1234|1110 00 129", ("1", "110", "00", "129"), ()),
        ("#1234|6130 01 003", ("6", "130", "01", "003"), ()),
        ("#1234|113001003", ("1", "130", "01", "003"), ("blanks_in_data",)),
        ("1234|3130 01 003", ("3", "130", "01", "003"), ("data_account_without_hash",)),
        ("1130 01 003", ("1", "130", "01", "003"), ()),
        ("#12341130 01 003", ("1", "130", "01", "003"), ("no_pipe_after_account",)),
        ("#1234|1130 1 0003", ("1", "130", "1", "0003"), ("field_width",)),
        ("#1234|2130 01 003", ("2", "130", "01", "003"), ("unknown_qualifier",)),
    ],
)
def test_contact_id(data, event, deviations):
    answer = read(f'"ADM-CID"0001L0#1234[{data}]')
    assert [(found.qualifier, found.code, found.area, found.address) for found in answer.events] == [event]
    assert answer.deviations == deviations


def test_eldes_counts_the_cr_in_crc_and_length():
    body = '"ADM-CID"0056L9999#9999[#9999|1130 00 001]'
    whole = body.encode() + b"\r"
    raw = b"\n%04X%04X" % (slow_crc(whole), len(whole)) + whole
    assert decode(one(raw), now=NOW).deviations == ("crc_and_length_include_cr",)
    assert decode(one(raw), now=NOW, profile=PROFILES["eldes"]).verdict == "accept_with_deviation"
    strict = decode(one(raw), now=NOW, profile=STRICT)
    assert (strict.verdict, strict.reply, strict.crc_ok) == ("quarantine", "none", False)


def test_line_without_digits_no_account_and_a_nul_behind():
    (frame,) = read_datagram(wrapped('"SIA-DCS"0001L[#9999|NBA2]') + b"\x00")
    answer = decode(frame, now=NOW, profile=PROFILES["g90b"])
    assert (answer.verdict, answer.identity) == ("accept_with_deviation", "9999")
    assert answer.echo == b"0001L"
    assert {"bytes_after_cr", "empty_line_prefix", "no_account_in_header", "account_from_data"} == set(
        answer.deviations
    )


def test_a_device_profile_forgives_only_what_its_maker_is_known_for():
    (frame,) = read_datagram(wrapped('"SIA-DCS"0001L[#9999|NBA2]'))
    answer = decode(frame, now=NOW, profile=PROFILES["eldes"])
    assert (answer.verdict, answer.reply, answer.reasons) == ("quarantine", "none", ("deviation",))


@pytest.mark.parametrize("account", ["000", "0123", "0123456789ABCDEF", "abcdef"])
def test_account_stays_text(account):
    answer = read(f'"SIA-DCS"0001R0aL0B#{account}[#{account}|NFA1]')
    assert (answer.account, answer.receiver, answer.line) == (account, "0a", "0B")
    assert answer.echo == f"0001R0aL0B#{account}".encode()
    assert answer.identity == account.upper()


def test_short_account_is_tolerated():
    assert read('"SIA-DCS"0001L0#0[#0|NFA1]').deviations == ("short_account",)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("A" * 16, b"A" * 16),
        ("B" * 24, b"B" * 24),
        ("密钥" * 4, "密钥".encode() * 4),
        ("z" * 32, b"z" * 32),
        (KEY, bytes.fromhex(KEY)),
        (KEY, KEY.encode()),
        ("hex:" + "0f" * 16, b"\x0f" * 16),
        ("hex:" + "0f" * 24, b"\x0f" * 24),
        ("0F" * 24, b"\x0f" * 24),
        ("0f" * 32, b"\x0f" * 32),
    ],
)
def test_key_spellings(typed, key):
    body = f'"*SIA-DCS"0001L0#1234[{encrypted(f"|#1234|NPA1]{STAMP}", key)}'
    for cipher in (body, body.lower().replace("sia-dcs", "SIA-DCS").replace("l0", "L0")):
        answer = read(cipher, key=Key.parse(typed))
        assert (answer.verdict, answer.reply, answer.events[0].code) == ("accept", "ACK", "PA")


def test_the_reading_of_a_key_is_fixed_by_the_first_frame_that_fits():
    key = Key.parse(KEY)
    for raw, verdict in ((KEY.encode(), "accept"), (bytes.fromhex(KEY), "quarantine"), (KEY.encode(), "accept")):
        body = f'"*SIA-DCS"0001L0#1234[{encrypted(f"|#1234|NPA1]{STAMP}", raw)}'
        assert read(body, key=key).verdict == verdict


@pytest.mark.parametrize("typed", ["", "short", "A" * 17, "hex:00", "hex:" + "0f" * 15, "hex:zz" + "0f" * 15, "0" * 33])
def test_key_of_no_known_length_is_refused_with_what_to_do(typed):
    with pytest.raises(BadKey) as refused:
        Key.parse(typed)
    assert refused.value.code == "dc09.key_length"


@pytest.mark.parametrize(
    ("policy", "seconds", "verdict", "reply"),
    [
        ("strict", 40, "accept", "ACK"),
        ("strict", 41, "quarantine", "NAK"),
        ("strict", -20, "accept", "ACK"),
        ("strict", -21, "quarantine", "NAK"),
        ("wide", 600, "accept", "ACK"),
        ("wide", -601, "quarantine", "NAK"),
        ("ignore", 10_000_000, "accept", "ACK"),
    ],
)
def test_time_policies_of_encrypted_frames(policy, seconds, verdict, reply):
    body = f'"*SIA-DCS"0001L0#1234[{encrypted(f"|#1234|NPA1]{STAMP}")}'
    answer = decode(
        one(wrapped(body)),
        key=KEYED,
        now=NOW + timedelta(seconds=seconds - 1),
        time_policy=TimePolicy.named(policy, 600),
    )
    assert (answer.verdict, answer.reply, answer.age_seconds) == (verdict, reply, seconds)
    assert bool(answer.events) == (verdict == "accept")


def test_plain_frames_are_accepted_at_any_time():
    answer = read('"SIA-DCS"0001L0#1234[#1234|NFA1]_04:45:01,08-30-2014')
    assert (answer.verdict, answer.reply, answer.deviations) == ("accept", "ACK", ("panel_clock_off",))


def test_a_wrong_length_is_never_answered_unless_accepted():
    for body in (_cipher := f'"*SIA-DCS"0001L0#1234[{"00" * 16}', '"SIA-DCS"0001L0#1234[]', '"XYZ"0001L0#1234[]'):
        answer = decode(one(wrapped(body, length=b"0078")), now=NOW, key=KEYED)
        assert (answer.verdict, answer.reply) == ("quarantine", "none"), _cipher


def test_encrypted_link_test_has_no_bar_behind_the_pad():
    for plain in (f"]{STAMP}", f"|]{STAMP}", f"][CDP4][Gx|y]{STAMP}"):
        answer = read(f'"*NULL"0000L0#000[{encrypted(plain)}', key=KEYED)
        assert (answer.verdict, answer.reply, answer.data) == ("accept", "ACK", "")
        assert answer.heartbeat


def test_link_test_with_a_dummy_event_stays_a_link_test():
    answer = read('"NULL"0000R0L0#AAAB[#0000|0000 00 000]')
    assert (answer.verdict, answer.events, answer.deviations) == ("accept", (), ("null_with_data",))


def test_extended_data():
    answer = read(f'"SIA-DCS"0001L0#1234[#1234|NBA1][X006E07.77][Y49N06.66][H02:01:00,08-25-2026][IHall]{STAMP}')
    assert answer.fields == (("X", "006E07.77"), ("Y", "49N06.66"), ("H", "02:01:00,08-25-2026"), ("I", "Hall"))
    assert answer.verdict == "accept"


@pytest.mark.parametrize("field", ["[]", "[1x]", "[$Pabc]", "[mabc]"])
def test_extended_data_of_unknown_form_costs_itself(field):
    answer = read(f'"SIA-DCS"0001L0#1234[#1234|NBA1][M1]{field}[G2]{STAMP}')
    assert answer.deviations == ("xdata_unparsable",)
    assert dict(answer.fields)["M"] == "1" and dict(answer.fields)["G"] == "2"
    assert answer.timestamp is not None


def test_local_time_profile_reads_the_stamp_on_the_citys_wall_clock():
    answer = read(f'"SIA-DCS"0001L0#1234[#1234|NFA1]{STAMP}', profile=PROFILES["local_time"])
    assert answer.timestamp == NOW - timedelta(hours=8, seconds=1)
