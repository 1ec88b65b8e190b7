"""Values typed by their kind: the quick way says the same as the model."""

from hypothesis import given
from hypothesis import strategies as st

from linli.signals import reading
from linli.signals.kinds import HOUSE_KINDS

NAMES = st.sampled_from(["code", "zone", "user", "text", "encrypted", "verified", "battery", "mode", "other", "unit"])
SAID = st.dictionaries(
    NAMES, st.one_of(st.text(max_size=90), st.booleans(), st.none(), st.integers(), st.floats(), st.just([1]))
)


@given(said=SAID, kind=st.sampled_from(HOUSE_KINDS))
def test_plain_values_are_what_the_model_makes_of_them(said, kind):
    quick, slow = [], []
    found = reading.typed(kind, dict(said), quick)
    plain, reading._is_plain = reading._is_plain, lambda said, fields: False
    try:
        assert repr(reading.typed(kind, dict(said), slow)) == repr(found) and slow == quick
    finally:
        reading._is_plain = plain


@given(said=st.dictionaries(NAMES, st.text(max_size=5)))
def test_what_fits_as_it_stands_is_not_read_twice(said):
    from linli.signals.values import Armed

    assert reading._is_plain(said, reading._plain_fields(Armed)) == (
        not said.keys() & {"encrypted", "verified", "battery", "other", "unit"}
    )
