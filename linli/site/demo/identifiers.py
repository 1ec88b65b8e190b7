"""Identifiers of the demo ranges, with right check digits: nobody can bear them."""

from __future__ import annotations

import random

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc(chance: random.Random, county: str, kind: str = "91") -> str:
    """A unified social credit code of the area 9917xx (GB 32100-2015; the organisation's own code GB 11714-1997)."""
    body = f"{chance.randrange(10**8):08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    own = body + {10: "X", 11: "0"}.get(rest, str(rest))
    head = f"{kind}9917{county[-2:]}{own}"
    total = sum(_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(head))
    return head + _ALPHABET[(31 - total % 31) % 31]
