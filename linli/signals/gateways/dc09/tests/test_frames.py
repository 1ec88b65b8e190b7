"""Cutting a stream into frames: any chunking gives the same messages, memory is bounded, nothing raises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.signals.gateways.dc09.decode import decode
from linli.signals.gateways.dc09.frames import LIMIT, Frame, FrameReader, Malformed, crc, read_datagram
from linli.signals.gateways.dc09.tests.build import NOW, slow_crc, wrapped
from linli.signals.gateways.dc09.tests.test_vectors import VECTORS

WHOLE = [bytes.fromhex(vector["hex"]) for vector in VECTORS.values() if vector["hex"].endswith("0d")]
FIRE = wrapped('"SIA-DCS"0001L0#1234[#1234|NFA1]')
NASTY = st.one_of(
    st.sampled_from(WHOLE),
    st.binary(max_size=60),
    st.sampled_from(
        [b"\n", b"\r", b"\x00", b'"', b"\nABCD0010", b"\n\r\n", b'\n1234"', b'\nABCDEFGH"x', b"HID=1#UID=2"]
    ),
    st.builds(lambda frame, at: frame[:at], st.sampled_from(WHOLE), st.integers(0, 80)),
)


def _read(pieces: list[bytes], limit: int = LIMIT) -> list[Frame | Malformed]:
    reader = FrameReader(limit)
    found = [item for piece in pieces for item in reader.feed(piece)]
    return found + reader.close()


@given(
    st.lists(NASTY, max_size=12).map(b"".join), st.lists(st.integers(1, 90), min_size=1), st.sampled_from([64, LIMIT])
)
def test_any_chunking_gives_the_same_messages(stream, sizes, limit):
    pieces, at = [], 0
    while at < len(stream):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(stream[at : at + size])
        at += size
    assert _read(pieces, limit) == _read([stream], limit)
    assert _read([bytes([byte]) for byte in stream], limit) == _read([stream], limit)


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data):
    for item in read_datagram(data):
        if isinstance(item, Frame):
            decode(item, now=NOW)


@settings(max_examples=30)
@given(st.lists(st.binary(min_size=1, max_size=4000), max_size=20))
def test_memory_is_bounded(pieces):
    reader = FrameReader(512)
    for piece in pieces:
        reader.feed(piece)
        assert len(reader._buffer) <= 512 + 16


@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=6))
def test_frames_glued_together_come_out_one_by_one(frames):
    assert [item.raw for item in _read([b"".join(frames)])] == frames


def test_every_vector_cut_at_every_byte_is_incomplete_and_harmless():
    for whole in WHOLE:
        for at in range(len(whole)):
            for item in _read([whole[:at]]):
                if isinstance(item, Malformed):
                    assert item.reason == "incomplete" and item.raw == whole[:at]
                else:  # a CR inside ended it early: the check fields say so
                    assert decode(item, now=NOW).verdict == "quarantine"


def test_a_torn_frame_does_not_swallow_the_next():
    torn = FIRE[:30]
    assert _read([torn + FIRE]) == [Malformed("cut_short", torn), Frame(FIRE)]


def test_bytes_between_frames_are_kept_as_noise_unless_they_say_nothing():
    assert _read([FIRE + b"\x00\r\n" + FIRE]) == [Frame(FIRE), Frame(FIRE)]
    assert _read([FIRE + b"HID=1#UID=2\r\n" + FIRE]) == [Frame(FIRE), Malformed("noise", b"HID=1#UID=2"), Frame(FIRE)]


def test_a_binary_crc_may_hold_any_byte():
    found = set()
    for zone in range(4000):
        body = f'"SIA-DCS"0001L0#1234[#1234|NBA{zone:04d}]'.encode()
        value = slow_crc(body).to_bytes(2, "big")
        if not set(value) & set(b'\n\r"\x00') or value in found:
            continue
        found.add(value)
        raw = wrapped(body, crc=value)
        assert _read([FIRE + raw + FIRE]) == [Frame(FIRE), Frame(raw, 7), Frame(FIRE)]
        assert decode(Frame(raw, 7), now=NOW).verdict == "accept_with_deviation"
    assert len(found) > 40


def test_pending_tells_a_frame_under_way_from_silence():
    reader = FrameReader()
    assert not reader.pending
    reader.feed(FIRE + b"\x00\r\n")
    assert not reader.pending
    reader.feed(FIRE[:12])
    assert reader.pending


@given(st.binary(max_size=200))
def test_crc_is_that_of_dc07(body):
    assert crc(b"123456789") == 0xBB3D
    assert crc(body) == slow_crc(body)
