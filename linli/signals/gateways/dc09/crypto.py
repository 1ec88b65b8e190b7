"""Keys and ciphers of DC-09 (5.4.6, 5.5.1.7): AES-CBC, 128, 192 or 256 bits, IV of 16 zero bytes, no PKCS padding.

There is no MAC. What tells a right key from a wrong one is the well-formed timestamp at the end of the text.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal

_IV = bytes(16)
_SIZES = (16, 24, 32)
_HEX = re.compile(r"[0-9A-Fa-f]+\Z")
_PAD = bytes(byte for byte in range(0x30, 0x7B) if byte not in b"|[]")
STAMP_AT_END = re.compile(rb"_[0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{2}-[0-9]{2}-[0-9]{4}\Z")


class BadKey(Refusal):
    """The key has a length that AES does not know."""

    code = "dc09.key_length"
    sentence = _(
        "Enter the key as 16, 24 or 32 characters, or as 32, 48 or 64 hexadecimal digits; this one has {length}."
    )


class CipherFault(Exception):
    """Cipher text that cannot be turned into a DC-09 text. `reason` goes to quarantine."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Key:
    """The key of one account. Holds each reading of what was typed until a frame has shown the right one."""

    __slots__ = ("_readings", "id")

    def __init__(self, *readings: bytes) -> None:
        self._readings = [Cipher(algorithms.AES(reading), modes.CBC(_IV)) for reading in readings]
        self.id = hashlib.blake2b(readings[0], digest_size=4, person=b"dc09 key").hexdigest()

    @classmethod
    def parse(cls, text: str) -> Key:
        """From what a person typed: 16/24/32 characters, 32/48/64 hex digits, or `hex:…`. Raises BadKey.

        32 hex digits are a 128-bit key on one maker's screen and a 256-bit text on another's: both are tried.
        """
        digits = text.removeprefix("hex:")
        readings = []
        if _HEX.match(digits) and len(digits) // 2 in _SIZES and len(digits) % 2 == 0:
            readings.append(bytes.fromhex(digits))
        if not text.startswith("hex:") and len(text.encode()) in _SIZES:
            readings.append(text.encode())
        if not readings:
            raise BadKey(length=len(digits))
        return cls(*readings)

    def decrypt(self, digits: bytes) -> bytes:
        """The plain text of hexadecimal cipher text, pad included. Raises CipherFault.

        A reading counts only if its text ends in a timestamp; the first that did is kept alone from then on.
        """
        if not digits:
            raise CipherFault("decrypt (no timestamp)")
        try:
            cipher_text = _from_hex(digits)
        except ValueError:
            raise CipherFault("cipher hex") from None
        if len(cipher_text) % 16:
            raise CipherFault("cipher block")
        for reading in self._readings:
            decryptor = reading.decryptor()
            text = decryptor.update(cipher_text) + decryptor.finalize()
            if STAMP_AT_END.search(text, len(text) - 20):
                if len(self._readings) > 1:
                    self._readings = [reading]
                return text
        raise CipherFault("decrypt (no timestamp)")

    def encrypt(self, text: bytes, *, separator: bool) -> bytes:
        """Hexadecimal cipher text of pad + text; `separator` puts `|` behind the pad (data is not empty)."""
        text = b"|" + text if separator else text
        length = 16 + -len(text) % 16
        pad = bytes(_PAD[value % len(_PAD)] for value in secrets.token_bytes(length))
        encryptor = self._readings[0].encryptor()
        return (encryptor.update(pad + text) + encryptor.finalize()).hex().upper().encode()


def _from_hex(digits: bytes) -> bytes:
    """Hex digits only: bytes.fromhex also skips blanks."""
    if not digits.isalnum():
        raise ValueError
    return bytes.fromhex(digits.decode("ascii"))
