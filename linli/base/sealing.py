"""Keys at rest (of senders, of second factors): envelope encryption under the installation's own secret.

Each sealed value has a data key of its own (AES-256-GCM), itself sealed under a key derived from the secret
`sealing` (HKDF, RFC 5869). `about` says whose value it is and is authenticated: a sealed key copied to another
row does not open.
"""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal

_VERSION = b"\x01"
_NONCE, _KEY, _TAG = 12, 32, 16
_HEAD = 1 + _NONCE + _KEY + _TAG


class SealBroken(Refusal):
    """The sealed value was made under another secret, for another owner, or was changed."""

    code = "base.seal_broken"
    sentence = _(
        "The key of {about} cannot be opened with this installation's secret. Restore secrets.json of the data"
        " folder, or enter the key again."
    )
    next_step = _("Enter the key again")
    status = 500


def seal(plain: bytes, about: str) -> bytes:
    """`plain` encrypted for keeping in the database; `about` must be given again to open it."""
    data_key, first, second = os.urandom(_KEY), os.urandom(_NONCE), os.urandom(_NONCE)
    wrapped = _master(settings.SECRETS["sealing"]).encrypt(first, data_key, _VERSION)
    return _VERSION + first + wrapped + second + AESGCM(data_key).encrypt(second, plain, about.encode())


def unseal(sealed: bytes, about: str) -> bytes:
    """The plain bytes of a value sealed for `about`; SealBroken otherwise."""
    sealed = bytes(sealed)
    first, wrapped = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE : _HEAD]
    second, body = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
    try:
        if sealed[:1] != _VERSION:
            raise InvalidTag
        data_key = _master(settings.SECRETS["sealing"]).decrypt(first, wrapped, _VERSION)
        return AESGCM(data_key).decrypt(second, body, about.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(about=about) from None


@lru_cache(maxsize=4)
def _master(secret: str) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=b"linli.base.sealing")
    return AESGCM(derive.derive(secret.encode()))
