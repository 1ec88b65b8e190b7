"""Keys at rest."""

import pytest

from linli.base.sealing import SealBroken, seal, unseal


def test_a_sealed_key_opens_for_its_own_sender_only():
    sealed = seal(b"0123456789abcdef", "dc09:3417020001")
    assert unseal(sealed, "dc09:3417020001") == b"0123456789abcdef"
    assert b"0123456789abcdef" not in sealed
    assert sealed != seal(b"0123456789abcdef", "dc09:3417020001")
    with pytest.raises(SealBroken):
        unseal(sealed, "dc09:3417020002")


@pytest.mark.parametrize("place", [0, 5, 20, 60, 75, -1])
def test_one_changed_byte_anywhere_is_noticed(place):
    sealed = bytearray(seal(b"key", "dc09:1"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        unseal(bytes(sealed), "dc09:1")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 60])
def test_what_was_never_sealed_is_refused(sealed):
    with pytest.raises(SealBroken):
        unseal(sealed, "dc09:1")
