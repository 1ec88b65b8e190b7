"""Every hostile input that the protocol's design lists (§8) and what it gets. One test each, named after it."""

import pytest

from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import decode
from linli.signals.gateways.dc09.extended import readable
from linli.signals.gateways.dc09.frames import LIMIT, Frame, FrameReader, Malformed, read_datagram
from linli.signals.gateways.dc09.mapping import envelopes
from linli.signals.gateways.dc09.reply import answer
from linli.signals.gateways.dc09.tests.build import KEY, NOW, STAMP, encrypted, one, read, wrapped

FIRE = '"SIA-DCS"0001L0#1234[#1234|NFA1]'
KEYED = Key.parse(KEY)


def _cipher(text: str, token: str = "SIA-DCS") -> str:
    return f'"*{token}"0001L0#1234[{text}'


def test_frame_without_cr_is_cut_off_at_the_cap():
    reader = FrameReader()
    raw = wrapped(FIRE)[:-1] + b"x" * 2 * LIMIT
    found = reader.feed(raw)
    assert found[0] == Malformed("too_long", raw[:LIMIT])
    assert all(item.reason == "noise" for item in found[1:])
    assert len(reader._buffer) <= LIMIT


def test_flood_of_lf_gives_nothing_and_holds_nothing():
    reader = FrameReader()
    assert reader.feed(b"\n" * 100_000) == []
    assert len(reader._buffer) < 16
    assert reader.feed(wrapped(FIRE)) == [Frame(wrapped(FIRE))]


def test_cr_inside_the_text_ends_the_frame_and_its_crc_refuses_it():
    raw = wrapped('"SIA-DCS"0001L0#1234[#1234|NFA1^a\rb^]')
    first, second = read_datagram(raw)
    answer_ = decode(first, now=NOW)
    assert (answer_.verdict, answer_.reply, answer_.crc_ok, answer_.events) == ("quarantine", "none", False, ())
    assert second == Malformed("noise", b"b^]")


def test_lf_inside_the_text_is_refused_although_the_crc_is_right():
    answer_ = read('"SIA-DCS"0001L0#1234[#1234|NFA1^a\nb^]')
    assert (answer_.verdict, answer_.reply, answer_.crc_ok) == ("quarantine", "none", True)
    assert answer_.reasons == ("line_feed_inside",)


@pytest.mark.parametrize("length", [b"0000", b"FFFF"])
def test_length_that_lies_is_a_deviation_when_the_crc_is_right_and_silence_for_the_strict(length):
    from linli.signals.gateways.dc09.profiles import STRICT

    frame = one(wrapped(FIRE, length=length))
    assert decode(frame, now=NOW).deviations == ("length_wrong",)
    strict = decode(frame, now=NOW, profile=STRICT)
    assert (strict.verdict, strict.reply, strict.events) == ("quarantine", "none", ())


@pytest.mark.parametrize("length", [b"G000", b"00_2", b"0 02", b"+002"])
def test_length_that_is_no_number_is_a_malformed_header(length):
    answer_ = decode(one(wrapped(FIRE, length=length)), now=NOW)
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "none", ("header",))


def test_crc_that_is_no_number_is_a_wrong_crc():
    assert decode(one(wrapped(FIRE, crc=b"0x1F")), now=NOW).reasons == ("crc",)


def test_missing_quote_is_noise_and_the_next_frame_is_read():
    found = read_datagram(wrapped(FIRE).replace(b'"', b"", 1) + wrapped(FIRE))
    assert [type(item) for item in found] == [Malformed, Frame]
    closing = read('"SIA-DCS0001L0#1234[#1234|NFA1]')
    assert (closing.verdict, closing.reply, closing.reasons) == ("quarantine", "none", ("header",))


def test_id_of_4000_characters_is_answered_duh_in_a_few_bytes():
    answer_ = read(f'"{"X" * 4000}"0001L0#1234[]')
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "DUH", ("token",))
    assert len(answer("DUH", answer_.echo, now=NOW)) < 40


def test_body_longer_than_its_length_field_can_say_is_refused():
    answer_ = read(f'"SIA-DCS"0001L0#1234[#1234|NFA1^{"x" * 5000}^]')
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "none", ("too_long",))


@pytest.mark.parametrize(
    ("digits", "reason"),
    [
        ("ABC", "cipher hex"),
        ("", "decrypt (no timestamp)"),
        ("AB CD EF 00 AB CD EF", "cipher hex"),
        ("ZZ" * 16, "cipher hex"),
        ("00" * 15, "cipher block"),
        ("00" * 16, "decrypt (no timestamp)"),
        ("5A" * 2016, "decrypt (no timestamp)"),
        ("\xff\xfe" * 16, "cipher hex"),
    ],
)
def test_cipher_text_that_is_odd_empty_no_block_or_4_kb(digits, reason):
    answer_ = read(_cipher(digits), key=KEYED)
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "DUH", (reason,))
    assert answer_.events == ()


@pytest.mark.parametrize("pad", ["|]" * 8, "|#9999|NPA1]|][", "]]]]]]]]||||||||", "[A]|#1|NFA9][X|"])
def test_pad_full_of_delimiters_does_not_hide_or_forge_the_data(pad):
    plain = f"|#1234|Nri1/BA7]{STAMP}"
    pad += "0" * (-(len(pad) + len(plain)) % 16)
    answer_ = read(_cipher(encrypted(plain, pad=pad.encode())), key=KEYED)
    assert answer_.verdict == "accept_with_deviation"
    assert "pad_contains_delimiter" in answer_.deviations
    assert [(event.code, event.address) for event in answer_.events] == [("BA", "7")]


def test_plain_frame_for_an_encrypted_account_is_refused_when_strict_unless_it_is_an_alarm():
    assert read(FIRE, key=KEYED).verdict == "accept"
    opening = read('"SIA-DCS"0001L0#1234[#1234|NOP1]', key=KEYED, strict_encryption=True)
    assert (opening.verdict, opening.reply) == ("quarantine", "DUH")
    alarm = read('"ADM-CID"0001L0#1234[#1234|1130 01 003]', key=KEYED, strict_encryption=True)
    assert (alarm.verdict, alarm.reply) == ("accept_with_deviation", "ACK")
    assert alarm.deviations == ("plain_of_keyed_account",)


def test_replay_of_an_old_encrypted_frame_is_a_nak():
    old = _cipher(encrypted("|#1234|NOP1]_02:00:00,08-25-2026"))
    answer_ = read(old, key=KEYED)
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "NAK", ("time window",))
    assert answer_.events == ()


def test_replay_inside_the_window_and_the_same_frame_from_two_addresses_have_one_fingerprint():
    frame = one(wrapped(_cipher(encrypted(f"|#1234|NPA1]{STAMP}"))))
    prints = {
        envelope.fingerprint()
        for _ in range(2)
        for envelope in envelopes(
            decode(frame, key=KEYED, now=NOW), received_at=NOW, source="dc09:1234", trust="authenticated"
        )
    }
    assert len(prints) == 1


@pytest.mark.parametrize(
    "account", ["12345678901234567", "1" * 20, "GHIJ", "12Z4", "12 4", "-123", "１２３".encode().decode("latin-1")]
)
def test_account_of_20_digits_or_of_other_letters_is_a_malformed_header(account):
    answer_ = read(f'"SIA-DCS"0001L0#{account}[#1234|NFA1]')
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "none", ("header",))


@pytest.mark.parametrize("sequence", ["1_23", "+123", " 123", "12A4", "123", "12345"])
def test_sequence_that_is_not_four_digits_is_a_malformed_header(sequence):
    answer_ = read(f'"SIA-DCS"{sequence}L0#1234[#1234|NFA1]')
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "none", ("header",))


@pytest.mark.parametrize("middle", ["R1234567L0", "RXL0", "RL0", "R1", "", "L1234567", "LXYZ", "R1_2L0"])
def test_receiver_or_line_out_of_form_is_a_malformed_header(middle):
    answer_ = read(f'"SIA-DCS"0001{middle}#1234[#1234|NFA1]')
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "none", ("header",))


def test_control_characters_and_terminal_escapes_are_shown_not_sent_on():
    answer_ = read('"SIA-DCS"0001L0#1234[#1234|NFA1^\x1b[31mred\x00\x07^]')
    (envelope,) = envelopes(answer_, received_at=NOW, source="dc09:1234", trust="registered")
    assert envelope.values["text"] == "\\x1b[31mred\\x00\\x07"


def test_direction_marks_and_line_breaks_of_unicode_are_shown_too():
    assert readable("a\u202eb\u2028c".encode().decode("latin-1")) == "a\\u202eb\\u2028c"
    assert readable("东门　2 号".encode().decode("latin-1")) == "东门　2 号"


def test_text_is_utf8_or_windows_1252_and_the_crc_stands_over_its_bytes():
    for raw, text in (
        ("三楼走廊烟感".encode(), "三楼走廊烟感"),
        ("Küche".encode("cp1252"), "Küche"),
        (b"\x80 5", "€ 5"),
    ):
        answer_ = read(b'"SIA-DCS"0001L0#1234[#1234|NFA1^' + raw + b"^]")
        assert answer_.verdict == "accept"
        assert readable(answer_.events[0].text) == text


@pytest.mark.parametrize("value", ["[" * 1000 + "]" * 1000, '{"a":"]"}', '{"a":["]_02:03:04,08-25-2026"]}'])
def test_json_of_great_depth_or_with_a_bracket_costs_the_field_not_the_event(value):
    answer_ = read(f'"SIA-DCS"0001L0#1234[#1234|NFA1][J{value}]{STAMP}')
    assert (answer_.verdict, answer_.reply) == ("accept_with_deviation", "ACK")
    assert [event.code for event in answer_.events] == ["FA"]
    assert answer_.timestamp is not None


@pytest.mark.parametrize(
    "stamp", ["25:61:00,13-32-2026", "00:00:00,02-31-2026", "24:00:00,01-01-2026", "00:00:00,01-01-0000"]
)
def test_impossible_time_costs_the_time_not_the_event(stamp):
    plain = read(f'"SIA-DCS"0001L0#1234[#1234|NFA1]_{stamp}')
    assert (plain.verdict, plain.reply) == ("accept_with_deviation", "ACK")
    assert plain.deviations == ("timestamp_impossible",)
    (envelope,) = envelopes(plain, received_at=NOW, source="dc09:1234", trust="registered")
    assert envelope.occurred_at == NOW
    asked_to_set_its_clock = read(_cipher(encrypted(f"|#1234|NFA1]_{stamp}")), key=KEYED)
    assert (asked_to_set_its_clock.verdict, asked_to_set_its_clock.reply) == ("quarantine", "NAK")


@pytest.mark.parametrize("tail", ["_", "_1:2:3,4-5-26", "garbage", "_02:03:04,08-25-2026x", "_２"])
def test_rubbish_behind_the_data_costs_itself(tail):
    answer_ = read(f'"SIA-DCS"0001L0#1234[#1234|NFA1]{tail}'.encode().decode("latin-1"))
    assert (answer_.verdict, answer_.reply) == ("accept_with_deviation", "ACK")
    assert answer_.timestamp is None


def test_reply_is_never_much_longer_than_the_request():
    plain = [FIRE, '"NULL"0000L0#123[]', '"X"0000L[', '"SIA-DCS"0000L[', '"SIA-DCS"0001L0#1234[]']
    keyed = [_cipher(encrypted(f"]{STAMP}"), "NULL"), _cipher("")]
    for body in plain + keyed:
        request = wrapped(body)
        answer_ = read(body, key=KEYED)
        sent = answer(answer_.reply, answer_.echo, now=NOW, key=KEYED if answer_.encrypted else None)
        assert len(sent) <= len(request) + 40


def test_wrong_key_never_passes_for_the_right_one():
    bodies = [_cipher(encrypted(f"|#1234|NPA{zone}]{STAMP}")) for zone in range(300)]
    wrong = Key.parse("AAAAAAAAAAAAAAAA")
    assert {read(body, key=wrong).verdict for body in bodies} == {"quarantine"}


def test_new_key_in_a_frame_is_blanked_before_anything_keeps_it():
    body = '"SIA-DCS"0001L0#1234[#1234|NRP][Kabcdabcdabcdabcdabcdabcdabcdabcd]'
    for answer_ in (read(body), read(body.replace("]", "", 1)), read(body + "junk")):
        assert b"abcd" not in answer_.raw and "abcd" not in answer_.fields_raw + answer_.data
        assert all("abcd" not in value for _, value in answer_.fields)
    hidden = read(_cipher(encrypted(f"|#1234|NRP][Kabcdabcdabcdabcdabcdabcdabcdabcd]{STAMP}")), key=KEYED)
    assert hidden.verdict == "accept" and b"abcd" not in hidden.plain and "abcd" not in hidden.fields_raw


@pytest.mark.parametrize("token", ["ACK", "NAK", "DUH", "*ACK"])
def test_answers_are_never_answered(token):
    answer_ = read(f'"{token}"0001R0L0#1234[]')
    assert (answer_.verdict, answer_.reply) == ("ignore", "none")


@pytest.mark.parametrize("token", ["ACR-SF", "ADM-41E", "ADM-42E", "ADM-HS", "DSC-43", "FBI-SF", "ITI-I", "SCN-S8", "SCN-S16",
                                   "SCN-S24", "SCT", "SES-SS", "SIA-S2K", "SK-FSK1", "SK-FSK2", "SIA-PUL", "sia-dcs", "XYZ"])  # fmt: skip
def test_token_that_is_not_decoded_is_duh_and_kept(token):
    for star, key in (("", None), ("*", KEYED)):
        answer_ = read(f'"{star}{token}"0001L0#1234[1234]', key=key)
        assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "DUH", ("token",))


@pytest.mark.parametrize("data", ["", "#1234|", "#1234", "|", "#1234|hello", "#1234|N", "#1234|Nri1", "#1234|Z9"])
def test_data_without_an_event_is_duh(data):
    answer_ = read(f'"SIA-DCS"0001L0#1234[{data}]')
    assert (answer_.verdict, answer_.reply, answer_.events) == ("quarantine", "DUH", ())


@pytest.mark.parametrize("data", ["", "#1234|", "#1234|1130", "#1234|113X 01 003", "#1234|NBA1"])
def test_contact_id_without_an_event_is_duh(data):
    answer_ = read(f'"ADM-CID"0001L0#1234[{data}]')
    assert (answer_.verdict, answer_.reply, answer_.events) == ("quarantine", "DUH", ())


def test_data_without_its_end_is_duh():
    answer_ = read('"SIA-DCS"0001L0#1234[#1234|NFA1')
    assert (answer_.verdict, answer_.reply, answer_.reasons) == ("quarantine", "DUH", ("data",))
