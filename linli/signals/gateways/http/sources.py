"""The registered sources: who may send, with which secret, about what. Changed by these functions alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.areas.models import Area
from linli.base import clock
from linli.base.refusal import NotFound, Refusal
from linli.base.sealing import SealBroken, seal, unseal
from linli.registers.models import Asset
from linli.signals.gateways.http import signature
from linli.signals.kinds import OF_THE_HOUSE
from linli.signals.models import EventSource
from linli.signals.registry import signal_kinds

OVERLAP = timedelta(days=7)
GRAIN = timedelta(seconds=5)
# What a device says of itself; a person's report, a call or a warning has to be given to a source by name.
OF_DEVICES = (
    "alarm.*", "fault.*", "measure.*", "test.*", "state.armed", "state.disarmed", "state.schedule_missed",
    "state.bypassed", "status.heartbeat", "status.restarted", "position",
)  # fmt: skip
_URI = re.compile(r"[!-~]{1,160}")
_SHORT = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ORIGIN = re.compile(r"[A-Za-z0-9.-]{1,253}")


class SourceRefused(Refusal):
    """A source cannot be registered as asked."""

    code = "http.source_refused"
    sentence = _("{what}: {advice}")


def add(
    uri: str,
    *,
    name: str,
    area_path: str,
    kinds: Sequence[str] = OF_DEVICES,
    asset_types: Sequence[str] = (),
    asset: str = "",
    origins: Sequence[str] = (),
    per_minute: int = 600,
    short_name: str = "",
) -> tuple[EventSource, str]:
    """Register `uri` and give it a secret; (source, secret). The secret is shown this once. Raises SourceRefused.

    `short_name`: what it is called in topics and addresses; made of the URI when not given.
    """
    if not _URI.fullmatch(uri):
        raise SourceRefused(
            what=uri or "source", advice=_("1 to 160 visible ASCII characters, such as /city/water/laohe")
        )
    if EventSource.objects.filter(uri=uri).exists():
        raise SourceRefused(what=uri, advice=_("is registered already; rotate its secret or open it again"))
    if short_name and (not _SHORT.fullmatch(short_name) or EventSource.objects.filter(short_name=short_name).exists()):
        raise SourceRefused(
            what=short_name, advice=_("1 to 64 letters, digits, dots, dashes or underscores, given to no other source")
        )
    if not Area.objects.filter(path=area_path).exists():
        raise SourceRefused(what=area_path, advice=_("is no area; give a path such as 34.3417.341702"))
    _check(kinds, origins, per_minute)
    secret = signature.new_secret()
    source = EventSource.objects.create(
        uri=uri,
        short_name=short_name or _short_name(uri),
        name=name or uri,
        area_path=area_path,
        kinds=list(kinds),
        asset_types=list(asset_types),
        asset=_own_asset(asset) if asset else None,
        origins=[origin.lower() for origin in origins],
        per_minute=per_minute,
        sealed_secrets=[seal(secret.encode(), _about(uri))],
    )
    return source, secret


def _short_name(uri: str) -> str:
    """The words of the URI joined by dashes; a number behind them when another source has that name."""
    name = re.sub(r"[^A-Za-z0-9_]+", "-", uri).strip("-")[:56] or "source"
    taken = set(EventSource.objects.filter(short_name__startswith=name).values_list("short_name", flat=True))
    return next(free for free in (name, *(f"{name}-{n}" for n in range(2, 10_000))) if free not in taken)


def _check(kinds: Sequence[str], origins: Sequence[str], per_minute: int) -> None:
    for pattern in kinds:
        found = {kind.key for kind in signal_kinds if _covers(pattern, kind.key)} - OF_THE_HOUSE
        if not found:
            raise SourceRefused(what=pattern, advice=_("is no kind that a source may report"))
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SourceRefused(what=origin, advice=_("give the host name that asks, without https://"))
    if not 1 <= per_minute <= 60_000:
        raise SourceRefused(what=str(per_minute), advice=_("between 1 and 60,000 requests a minute"))


def _own_asset(number: str) -> Asset:
    found = Asset.objects.filter(number=number).first()
    if found is None:
        raise SourceRefused(what=number, advice=_("no asset has this number; register it first"))
    return found


def rotate(uri: str) -> str:
    """A new secret for `uri`; the one before stays good for seven days. Raises NotFound."""
    secret = signature.new_secret()
    with transaction.atomic():
        source = _get(uri, for_update=True)
        source.sealed_secrets = [seal(secret.encode(), _about(uri)), *source.sealed_secrets[:1]]
        source.changed_at = clock.now()
        source.save(update_fields=["sealed_secrets", "changed_at"])
    return secret


def set_active(uri: str, active: bool) -> None:
    """Close `uri` (nothing it signs is taken any more), or open it again. Raises NotFound."""
    source = _get(uri)
    source.active = active
    source.save(update_fields=["active"])


def _get(uri: str, *, for_update: bool = False) -> EventSource:
    rows = EventSource.objects.select_for_update() if for_update else EventSource.objects.all()
    found = rows.filter(uri=uri).first()
    if found is None:
        raise NotFound()
    return found


def active(uri: str = "") -> list[EventSource]:
    """The active sources; only `uri` when the sender says who it is."""
    rows = EventSource.objects.filter(active=True).select_related("asset")
    return list(rows.filter(uri=uri) if uri else rows)


def secrets_of(source: EventSource, now: datetime) -> Iterator[str]:
    """The secrets good at `now`: the newest, and for a week the one before. One that does not open is left out."""
    good = source.sealed_secrets[: 2 if now < source.changed_at + OVERLAP else 1]
    for sealed in good:
        try:
            yield _opened(bytes(sealed), _about(source.uri))
        except SealBroken:
            note_refusal([source.uri], SealBroken.code)


def newest_secret(uri: str) -> str:
    """The secret `uri` signs with now, for the demo's own senders. Raises NotFound, SealBroken."""
    return _opened(bytes(_get(uri).sealed_secrets[0]), _about(uri))


@lru_cache(maxsize=1024)
def _opened(sealed: bytes, about: str) -> str:
    return unseal(sealed, about).decode()


def _about(uri: str) -> str:
    return f"event source {uri}"


def may_say(source: EventSource, kind: str) -> bool:
    """True when `kind` was given to the source and is not the house's own to say."""
    return kind not in OF_THE_HOUSE and any(_covers(pattern, kind) for pattern in source.kinds)


def _covers(pattern: str, kind: str) -> bool:
    return kind == pattern or (pattern.endswith(".*") and kind.startswith(pattern[:-1]))


def subjects(numbers: Iterable[str | None]) -> dict[str, Asset]:
    """The assets of these numbers, as far as the register has them."""
    wanted = {number for number in numbers if number is not None and "\x00" not in number}
    return {asset.number: asset for asset in Asset.objects.filter(number__in=wanted)} if wanted else {}


def subject(source: EventSource, number: str | None, assets: Mapping[str, Asset]) -> Asset | None:
    """The asset an event is about: the one of this number, else the source's own. None: the register has none."""
    return source.asset if number is None else assets.get(number)


def speaks_for(source: EventSource, asset: Asset) -> bool:
    """True when `asset` is the source's own, or lies in its area and is of its types."""
    if asset.pk == source.asset_id:
        return True
    inside = f"{asset.area_path}.".startswith(f"{source.area_path}.")
    return inside and (not source.asset_types or asset.type in source.asset_types)


def allowing(origin: str) -> list[EventSource]:
    """Active sources that may be announced by `origin` (the web-hook handshake)."""
    return list(EventSource.objects.filter(active=True, origins__contains=[origin.lower()]))


def note_seen(sources: Iterable[UUID], now: datetime) -> None:
    """Remember when these sources were last heard, to five seconds."""
    _note(EventSource.objects.filter(pk__in=list(sources)), "last_seen_at", now, last_seen_at=now)


def note_refusal(uris: Iterable[str], code: str) -> None:
    """Remember what was last refused of these sources, to five seconds."""
    now = clock.now()
    _note(
        EventSource.objects.filter(uri__in=list(uris)), "last_refused_at", now, last_refused_at=now, last_refusal=code
    )


def _note(rows: Any, name: str, now: datetime, **values: Any) -> None:
    rows.filter(Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lt": now - GRAIN})).update(**values)
