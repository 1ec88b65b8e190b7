"""The lines of DC-09: which account is which asset, with its key, time policy and device profile (signals.Line).

An identity is `<account>`, or `<receiver>/<line>/<account>` when the account is registered with both; upper case,
zeros kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection

from linli.base.sealing import SealBroken, seal, unseal
from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import Address
from linli.signals.gateways.dc09.profiles import PROFILES, STANDARD_TIME, TOLERANT, Profile, TimePolicy
from linli.signals.models import Line

log = logging.getLogger("linli.gateway")


@dataclass(frozen=True, slots=True)
class Account:
    """A registered account, as the decoder needs it."""

    identity: str
    key: Key | None = None
    profile: Profile = TOLERANT
    time_policy: TimePolicy = STANDARD_TIME
    strict_encryption: bool = False


def identities(address: Address) -> tuple[str, str]:
    """The identities under which a sender may be registered, the more exact first."""
    account = address.account.upper()
    return f"{address.receiver}/{address.line}/{account}".upper(), account


def seal_key(identity: str, text: str) -> bytes:
    """The key that a person typed, checked and sealed for the line of `identity`. Raises crypto.BadKey."""
    Key.parse(text)
    return seal(text.encode(), f"dc09:{identity}")


_KNOWN = """
SELECT identity, sealed_key, profile, time_policy, window_seconds, strict_encryption FROM signals_line
WHERE protocol = 'dc09' AND identity = ANY(%s) AND during @> %s
"""


def accounts(wanted: Iterable[str], at: datetime) -> dict[str, Account]:
    """The registered ones of these identities at a moment: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(wanted), at])
        return {identity: _account(identity, *rest) for identity, *rest in cursor.fetchall()}


def registered(at: datetime) -> frozenset[str]:
    """The accounts (without receiver and line) of every line at a moment."""
    found = Line.objects.filter(protocol="dc09", during__contains=at).values_list("identity", flat=True)
    return frozenset(identity.rpartition("/")[2] for identity in found)


def _account(
    identity: str, sealed: bytes | None, profile: str, policy: str, seconds: int | None, strict: bool
) -> Account:
    return Account(
        identity,
        _opened(identity, bytes(sealed)) if sealed else None,
        PROFILES.get(profile, TOLERANT),
        TimePolicy.named(policy, seconds),
        strict,
    )


@lru_cache(maxsize=50_000)
def _opened(identity: str, sealed: bytes) -> Key | None:
    """The key of a line; None when its seal cannot be opened here (its frames are then DUH and kept)."""
    try:
        return Key.parse(unseal(sealed, f"dc09:{identity}").decode())
    except SealBroken as fault:
        log.error("%s", fault)
        return None
