"""Digest authentication of a registration (RFC 2617, RFC 7616; RFC 3261 §22): MD5, SHA-256, SM3; nonces without memory.

A nonce is 128 bits: four bytes of time and twelve of an HMAC over time, peer and a key of this installation. So a
flood of challenges costs nothing, and only the answer of a known peer is remembered.
"""

from __future__ import annotations

import hmac
import re
import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from cryptography.hazmat.primitives import hashes

ALGORITHMS: dict[str, type[hashes.MD5] | type[hashes.SHA256] | type[hashes.SM3]] = {
    "MD5": hashes.MD5,
    "SHA-256": hashes.SHA256,
    "SM3": hashes.SM3,
}
FIRST_ANSWER = 60
"""Seconds within which a fresh nonce must be answered (product rule, protocols/gb28181)."""
Verdict = Literal["right", "wrong", "stale", "legacy"]
_PAIR = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_TIME = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an Authorization header says."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str = "MD5"
    qop: str = ""
    nc: str = ""
    cnonce: str = ""

    @classmethod
    def parse(cls, header: str | None) -> Credentials | None:
        """The credentials, None when there are none (or another scheme, such as the certificates of GB 35114)."""
        scheme, _space, rest = (header or "").strip().partition(" ")
        if scheme.lower() != "digest":
            return None
        said = {name.lower(): quoted or bare for name, quoted, bare in _PAIR.findall(rest[:2048])}
        if not {"username", "nonce", "uri", "response"} <= said.keys():
            return None
        return cls(
            said["username"], said.get("realm", ""), said["nonce"], said["uri"], said["response"].lower(),
            said.get("algorithm", "MD5").upper(), said.get("qop", "").lower(), said.get("nc", ""), said.get("cnonce", ""),
        )  # fmt: skip

    @property
    def count(self) -> int:
        """The nonce count; 0 when there is none."""
        try:
            return int(self.nc, 16) if self.nc and len(self.nc) <= 8 else 0
        except ValueError:
            return 0


def response(
    algorithm: str, username: str, realm: str, password: str, method: str, uri: str, nonce: str,
    qop: str = "", nc: str = "", cnonce: str = "",
) -> str:  # fmt: skip
    """The response of a digest, in lower-case hexadecimal. KeyError for an algorithm that is not known."""
    first = _hash(algorithm, f"{username}:{realm}:{password}")
    second = _hash(algorithm, f"{method}:{uri}")
    middle = f"{nonce}:{nc}:{cnonce}:{qop}" if qop else nonce
    return _hash(algorithm, f"{first}:{middle}:{second}")


def _hash(algorithm: str, text: str) -> str:
    # MD5 is what every device of the 2011 and 2016 editions speaks; it is offered beside better ones, never alone at rest.
    digest = hashes.Hash(ALGORITHMS[algorithm]())
    digest.update(text.encode())
    return digest.finalize().hex()


def fits(said: Credentials, password: str, method: str) -> bool:
    """Whether the response follows from the password; the digest's own `uri` counts (makers write another there)."""
    if said.algorithm not in ALGORITHMS or said.qop not in ("", "auth"):
        return False
    expected = response(
        said.algorithm,
        said.username,
        said.realm,
        password,
        method,
        said.uri,
        said.nonce,
        said.qop,
        said.nc,
        said.cnonce,
    )
    return hmac.compare_digest(expected.encode(), said.response.encode())


class Nonces:
    """Makes nonces and tells their age."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, peer: str, now: float) -> str:
        """A nonce for `peer` at `now` (seconds since 1970)."""
        stamp = _TIME.pack(int(now) & 0xFFFFFFFF)
        return (stamp + self._proof(stamp, peer)).hex()

    def age(self, nonce: str, peer: str, now: float) -> float | None:
        """Seconds since it was made for this peer; None when we did not make it."""
        try:
            said = bytes.fromhex(nonce)
        except ValueError:
            return None
        if len(said) != 16 or not hmac.compare_digest(said[4:], self._proof(said[:4], peer)):
            return None
        return now - _TIME.unpack(said[:4])[0]

    def _proof(self, stamp: bytes, peer: str) -> bytes:
        return hmac.new(self._key, stamp + peer.encode(), sha256).digest()[:12]
