"""Bodies that other readers take and this one does not (RFC 7493), and where it says the fault is."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.signals.gateways.http import strict_json
from linli.signals.gateways.http.refusals import NotReadable

REFUSED = {
    "nothing": b"",
    "no JSON": b"{level: 3}",
    "cut off": b'{"id": "1", ',
    "two values": b"{} {}",
    "trailing comma": b"[1,]",
    "comment": b"{} // end",
    "no UTF-8": b'{"id": "\xff"}',
    "GBK": '{"text": "火灾"}'.encode("gbk"),
    "UTF-16": '{"id": 1}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "name twice": b'{"id": "1", "id": "2"}',
    "name twice by escape": b'{"id": "1", "\\u0069d": "2"}',
    "name twice below": b'{"data": {"a": 1, "a": 1}}',
    "NaN": b'{"level": NaN}',
    "Infinity": b'{"level": Infinity}',
    "minus Infinity": b"[-Infinity]",
    "overflow": b'{"level": 1e999}',
    "2^53 + 1": b'{"id": 9007199254740993}',
    "negative": b'{"id": -9007199254740993}',
    "a million digits": b"1" * 1_000_000,
    "half a character": b'{"id": "\\ud83d"}',
    "half a character in a name": b'{"\\udc00": 1}',
    "33 deep": b"[" * 33 + b"]" * 33,
    "a hundred thousand deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "control character": b'"\x01"',
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    with pytest.raises(NotReadable) as refused:
        strict_json.loads(REFUSED[name])
    assert refused.value.fields["path"] and str(refused.value.fields["advice"])


def test_the_fault_is_named_where_it_stands():
    with pytest.raises(NotReadable) as twice:
        strict_json.loads(b'{"data": {"level": 1, "level": 2}}')
    with pytest.raises(NotReadable) as half:
        strict_json.loads(b'{"data": {"rows": [{"name": "\\ud800"}]}}')
    assert twice.value.fields["path"] == "level"
    assert half.value.fields["path"] == "data.rows[0].name"


@pytest.mark.parametrize(
    "body", [b"[" * 32 + b"]" * 32, b"9007199254740992", b"-9007199254740992", b'"\\ud83d\\ude00"', b" {} \n", b"1e308"]
)
def test_the_last_that_passes(body):
    assert strict_json.loads(body) == json.loads(body)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
@settings(deadline=None)
def test_what_is_proper_reads_as_any_reader_reads_it(value):
    body = json.dumps(value).encode()
    assert strict_json.loads(body) == json.loads(body)
    assert strict_json.loads(strict_json.dumps(value)) == value


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(body):
    try:
        strict_json.loads(body)
    except NotReadable as refused:
        assert refused.fields["path"]
