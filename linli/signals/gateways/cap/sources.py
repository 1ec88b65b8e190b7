"""Whose warnings are taken. Changed by these functions alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography import x509
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from linli.areas.models import Area
from linli.base.refusal import NotFound, Refusal
from linli.registers.models import Asset
from linli.signals.gateways.cap import signature
from linli.signals.models import CapSource

ASSET_TYPE = "warnings.source"
SHORTEST, LONGEST = 15, 3600


class SourceRefused(Refusal):
    """A source of warnings cannot be registered as asked."""

    code = "cap.source_refused"
    sentence = _("{what}: {advice}")


@transaction.atomic
def add(
    sender: str,
    *,
    name: str,
    area_path: str,
    certificates: str = "",
    accepts_unsigned: bool = False,
    feed_url: str = "",
    hosts: Sequence[str] = (),
    interval_seconds: int = 60,
) -> CapSource:
    """Register `sender` (of CAP, or the dialect's 14 digits). Raises SourceRefused.

    It stands in the register of assets too, so that its faults are somebody's work.
    """
    if not sender or len(sender) > 160 or any(character.isspace() or character in ",<&" for character in sender):
        raise SourceRefused(what=sender or "sender", advice=_("1 to 160 characters without blanks, comma, < and &"))
    if CapSource.objects.filter(sender=sender).exists():
        raise SourceRefused(what=sender, advice=_("is registered already"))
    if not Area.objects.filter(path=area_path, ended_on=None).exists():
        raise SourceRefused(what=area_path, advice=_("is no area; give a path such as 34.3417.341702"))
    if certificates:
        _check_certificates(certificates)
    if feed_url:
        _check_feed(feed_url, interval_seconds)
    if not certificates and not accepts_unsigned:
        raise SourceRefused(what=sender, advice=_("give the certificate it signs with, or say that it need not sign"))
    asset = Asset.objects.create(
        number=f"CAP-{CapSource.objects.count() + 1:04}", name=name or sender, type=ASSET_TYPE, area_path=area_path,
        in_use=DateRange(None, None),
    )  # fmt: skip
    return CapSource.objects.create(
        sender=sender, name=name or sender, asset=asset, certificates=certificates, accepts_unsigned=accepts_unsigned,
        feed_url=feed_url, hosts=[host.lower() for host in hosts], interval_seconds=interval_seconds,
    )  # fmt: skip


def _check_certificates(text: str) -> None:
    try:
        signature.certificates(text)
    except ValueError:
        raise SourceRefused(what=_("certificate"), advice=_("give it as PEM, from BEGIN to END CERTIFICATE")) from None


def _check_feed(url: str, interval_seconds: int) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise SourceRefused(what=url[:80], advice=_("a feed's address begins with https:// or http://"))
    if not SHORTEST <= interval_seconds <= LONGEST:
        raise SourceRefused(what=str(interval_seconds), advice=_("between 15 and 3,600 seconds"))


def set_active(sender: str, active: bool) -> None:
    """Take nothing from `sender` any more, or again. Raises NotFound."""
    if not CapSource.objects.filter(sender=sender).update(active=active):
        raise NotFound()


def of(sender: str) -> CapSource | None:
    """The active source of a sender."""
    return CapSource.objects.select_related("asset").filter(sender=sender, active=True).first()


def pinned(source: CapSource | None) -> Sequence[x509.Certificate]:
    """The certificates it signs with, or whose issuers sign for it."""
    return _read(source.certificates) if source and source.certificates else ()


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[x509.Certificate, ...]:
    return tuple(signature.certificates(text))
