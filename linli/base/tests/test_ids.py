"""Keys whose time and randomness can be given, so that the demo city has the same ones everywhere."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from linli.base.ids import uuid7, uuid7_at


def test_new_keys_are_of_version_7_and_rise():
    keys = [uuid7() for _ in range(1000)]
    assert all(key.version == 7 for key in keys) and keys == sorted(keys) and len(set(keys)) == 1000


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(0, 2**74 - 1))
def test_a_given_key_says_its_moment_and_its_74_bits(moment, bits):
    key = uuid7_at(moment, bits)
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert key.int >> 80 == int(moment.timestamp() * 1000)
    assert ((key.int >> 64) & 0xFFF) << 62 | key.int & (2**62 - 1) == bits
