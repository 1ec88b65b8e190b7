"""Beside other people's implementations: siadc09 (a decoder) and my-dc09-spt (a dialler), where they agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from my_dc09_spt.msg.dc03_msg import dc03_msg
from my_dc09_spt.msg.dc05_msg import dc05_msg
from my_dc09_spt.msg.dc09_msg import dc09_msg
from siadc09 import dc03, dc05
from siadc09.message import parse_frame

from linli.signals.gateways.dc09 import codes, reply
from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import decode
from linli.signals.gateways.dc09.tests.build import NOW, STAMP, one, read, wrapped
from linli.signals.gateways.dc09.tests.test_vectors import VECTORS

ACCEPTED = [name for name, vector in VECTORS.items() if vector["expect"]["verdict"].startswith("accept")]
HEX = st.text("0123456789ABCDEF", min_size=3, max_size=8)


def _siadc09(raw: bytes, key: str | None = None):
    digits = (key or "").removeprefix("hex:")
    bare = bytes.fromhex(digits) if len(digits) in (32, 48, 64) else digits.encode()
    try:
        return parse_frame(raw, bare or None)
    except (RuntimeError, ValueError):
        return None


@pytest.mark.parametrize("name", ACCEPTED)
def test_siadc09_reads_the_same_events_where_it_accepts(name):
    vector = VECTORS[name]
    raw = bytes.fromhex(vector["hex"])
    theirs = _siadc09(raw, vector.get("key"))
    if theirs is None:
        return  # what it refuses and we tolerate is the subject of the vectors
    ours = decode(one(raw), key=Key.parse(vector["key"]) if "key" in vector else None)
    assert theirs.idtoken == ours.token
    assert theirs.encrypted == ours.encrypted
    blocks = getattr(theirs.data, "blocks", [])
    found = [event.code for block in blocks for event in getattr(block, "events", [])]
    if ours.token == "SIA-DCS" and ours.data.isascii():  # it reads no text but ASCII
        assert found == [event.code for event in ours.events]


@given(
    HEX, st.sampled_from(sorted(dc03.EVENT)), st.integers(0, 999), st.none() | st.integers(1, 99), st.integers(1, 9999)
)
def test_siadc09_agrees_on_plain_sia(account, code, zone, area, sequence):
    modifier = f"ri{area}/" if area else ""
    raw = wrapped(f'"SIA-DCS"{sequence:04d}R1L2#{account}[#{account}|N{modifier}{code}{zone:03d}]{STAMP}')
    theirs, ours = _siadc09(raw), decode(one(raw), now=NOW)
    (event,) = next(block for block in theirs.data.blocks if getattr(block, "events", None)).events
    assert (event.code, event.addr) == (ours.events[0].code, int(ours.events[0].address, 16))
    assert theirs.account.acct == int(ours.account, 16)
    assert theirs.seq == int(ours.sequence)
    assert theirs.timestamp == ours.timestamp


@given(st.sampled_from(sorted(dc05.EVENT)), st.sampled_from("136"), st.integers(0, 99), st.integers(0, 999))
def test_siadc09_agrees_on_contact_id(code, qualifier, area, zone):
    raw = wrapped(f'"ADM-CID"0001L0#1234[#1234|{qualifier}{code} {area:02d} {zone:03d}]')
    theirs, ours = _siadc09(raw), decode(one(raw), now=NOW)
    (event,), told = ours.events, theirs.data.event
    assert (told.qualifier, told.code) == (event.qualifier, event.code) == (qualifier, code)
    assert (told.group, told.addr) == (int(event.area, 16), int(event.address, 16))


@given(st.sampled_from([b"A" * 16, bytes(range(24)), bytes(range(32))]), HEX, st.integers(0, 9999))
def test_siadc09_reads_our_acknowledgements(key, account, sequence):
    echo = f"{sequence:04d}R1L0#{account}".encode()
    for ours, star in ((None, False), (Key(key), True)):
        theirs = parse_frame(reply.answer("ACK", echo, now=NOW, key=ours), key)
        assert (theirs.idtoken, theirs.seq, theirs.encrypted) == ("ACK", sequence, star)
    assert parse_frame(reply.answer("DUH", echo, now=NOW), key).idtoken == "DUH"


def test_siadc09_is_known_to_lose_zeros_and_we_are_not():
    raw = bytes.fromhex(VECTORS["std-sia-fire"]["hex"]).replace(b"12345A", b"01234A")
    body = raw[9:-1].decode()
    assert _siadc09(wrapped(body)).account.acct == int("1234A", 16)
    assert read(body).account == "01234A"


@pytest.mark.parametrize("key", [None, "0123456789abcdef", "0123456789abcdef0123456789ABCDEx"])
@pytest.mark.parametrize(
    ("form", "data", "code", "kind"),
    [
        ("SIA-DCS", {"account": "1234", "area": 1, "zone": 129, "code": "FA"}, "FA", "alarm.fire"),
        ("SIA-DCS", {"account": "1234", "zone": 7, "code": "BA", "zonename": "Hall", "text": "help"}, "BA", "alarm.intrusion"),
        ("ADM-CID", {"account": "1234", "zone": 129, "code": "120", "q": 1, "area": 2}, "120", "alarm.panic"),
        ("NULL", None, None, None),
    ],
)  # fmt: skip
def test_a_foreign_dialler_is_understood(form, data, code, kind, key):
    dialler = dc09_msg("1234", key.encode() if key else None, 1, 2)
    built = {"SIA-DCS": dc03_msg.dc03event, "ADM-CID": dc05_msg.dc05event}
    text = built[form]("1234", data) if data else "]"
    raw = dialler.dc09block(17, form, text).encode("latin-1")
    answer = decode(one(raw), key=Key.parse(key) if key else None)
    assert (answer.verdict, answer.reply, answer.encrypted) == ("accept", "ACK", bool(key))
    assert [(event.code, codes.meaning(event).kind) for event in answer.events] == ([(code, kind)] if code else [])


@pytest.mark.parametrize("key", [None, "0123456789abcdef"])
def test_a_foreign_dialler_understands_our_answers(key):
    dialler = dc09_msg("1234", key.encode() if key else None, 1, 2)
    opened = Key.parse(key) if key else None
    sent = reply.answer("ACK", b"0017R1L2#1234", now=NOW, key=opened).decode("ascii")
    assert dialler.dc09answer(17, sent)[0] == "ACK"
    nak = reply.answer("NAK", b"", now=NOW).decode("ascii")
    kind, offset = dialler.dc09answer(0, nak)
    assert kind == "NAK" and offset is not None


@given(HEX, st.text("ABCDEFGHIJ abc0123456789", max_size=40), st.sampled_from([16, 24, 32]))
def test_encode_then_decode_gives_it_back(account, text, size):
    key = Key(bytes(range(size)))
    plain = f"#{account}|NBA1^{text}^]{STAMP}".encode()
    body = b'"*SIA-DCS"0001L0#%b[%b' % (account.encode(), key.encrypt(plain, separator=True))
    answer = decode(one(reply.wrap(body)), key=key, now=NOW)
    assert (answer.verdict, answer.account, answer.deviations) == ("accept", account, ())
    assert (answer.events[0].text or "") == text.strip(" ")
