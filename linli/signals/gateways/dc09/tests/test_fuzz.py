"""Whatever a body holds behind a right CRC: reading, mapping and answering never raise and keep their promises."""

import json
from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from linli.signals.gateways.dc09 import vectors
from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import Decoded, address, decode
from linli.signals.gateways.dc09.frames import Frame, read_datagram
from linli.signals.gateways.dc09.mapping import account_source, envelopes, line_source
from linli.signals.gateways.dc09.profiles import PROFILES, TimePolicy
from linli.signals.gateways.dc09.reply import answer
from linli.signals.gateways.dc09.tests.build import KEY, NOW, encrypted, wrapped
from linli.signals.gateways.dc09.tests.test_vectors import VECTORS

KEYED = Key.parse(KEY)
BODIES = [bytes.fromhex(vector["hex"])[9:-1] for vector in VECTORS.values() if vector["hex"].endswith("0d")]
PIECES = [
    b"|",
    b"]",
    b"[",
    b"^",
    b"/",
    b"#",
    b'"',
    b"_",
    b"N",
    b"Nri1/BA01",
    b"[K" + b"ab" * 16 + b"]",
    b"[J{}]",
    b"[H25:61:00,13-32-2026]",
]
PIECES += [b"_02:03:04,08-25-2026", b"1130 01 003", b"L0", b"*", b"\xff\xfe", b"\x1b[31m", b"O", b"ti99:99", b"[X999E99.9]", b"A"]  # fmt: skip
EDIT = st.tuples(st.floats(0, 1), st.integers(0, 6), st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)))


def _edited(body: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for place, cut, piece in edits:
        at = int(place * len(body))
        body = body[:at] + piece + body[at + cut :]
    return body


def _promises(decoded: Decoded, request: bytes) -> None:
    said = answer(decoded.reply, decoded.echo, now=NOW, key=KEYED if decoded.encrypted else None)
    made = envelopes(decoded, received_at=NOW, source=account_source(decoded.identity), trust="registered")
    line_source(decoded)
    assert len(said) <= len(request) + 40
    assert bool(made) == decoded.verdict.startswith("accept") == (decoded.reply == "ACK")
    if decoded.verdict == "quarantine":
        assert decoded.reasons and not decoded.events
    if not decoded.crc_ok or not decoded.sequence:
        assert not said
    for envelope in made:
        text = json.dumps(envelope.values, ensure_ascii=False)
        assert not {category(character) for character in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert "ab" * 16 not in text and b"ab" * 16 not in (envelope.raw or b"")
        assert envelope.fingerprint()
    json.dumps(vectors.as_json(decoded))


@given(st.sampled_from(BODIES), st.lists(EDIT, max_size=4), st.sampled_from(list(PROFILES.values())), st.booleans())
def test_edited_frames_with_a_right_crc(body, edits, profile, strict):
    body = _edited(body, edits).replace(b"\r", b"")
    request = wrapped(body)
    for frame in read_datagram(request):
        if isinstance(frame, Frame):
            address(frame)
            _promises(decode(frame, key=KEYED, now=NOW, profile=profile, strict_encryption=strict), request)


@given(
    st.sampled_from([b"|#3417|Nri1/BA001]", b"]", b"|Nri1/WA000]", b"|#3417|1130 01 003][M00]", b"garbage"]),
    st.lists(EDIT, max_size=4),
    st.sampled_from([b"SIA-DCS", b"ADM-CID", b"NULL", b"XNM", b"SIA-PUL", b"ACK"]),
    st.sampled_from(["strict", "wide", "ignore"]),
    st.binary(max_size=40),
)
def test_edited_texts_under_a_right_key(text, edits, token, policy, pad):
    plain = _edited(text, edits) + b"_02:03:04,08-25-2026"
    pad += b"0" * (-(len(pad) + len(plain)) % 16)
    request = wrapped(b'"*%b"0101L0#3417[%b' % (token, encrypted(plain, pad=pad).encode()))
    (frame,) = read_datagram(request)
    _promises(decode(frame, key=KEYED, now=NOW, time_policy=TimePolicy.named(policy)), request)
