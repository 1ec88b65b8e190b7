"""Adopt a sender: from now on its signals belong to an asset. Or refuse it: nobody is asked again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.refusal import NotFound, Refusal
from linli.cases.act import act
from linli.cases.models import Case
from linli.domains.devices.models import Adoption
from linli.registers.models import Asset
from linli.signals.models import Line, RefusedSender


class NoSuchAsset(Refusal):
    """The number is nobody's."""

    code = "devices.no_such_asset"
    sentence = _("No asset has the number «{number}». Look it up in the list of devices, or register it first.")


class AlreadyAdopted(Refusal):
    """Somebody was quicker."""

    code = "devices.already_adopted"
    sentence = _("«{source}» belongs to {asset} already.")


@transaction.atomic
def adopt(case_id: Any, asset_number: str, actor: Actor, *, version: int | None = None, key: str | None = None) -> Line:
    """Give the sender of an adoption case to the asset with this number; its next signals are the asset's.

    Raises NotFound, NoSuchAsset, AlreadyAdopted and what `cases.act` raises.
    """
    adoption = _adoption(case_id)
    with actor.sees():
        asset = Asset.objects.filter(number=asset_number.strip()).first()
    if asset is None:
        raise NoSuchAsset(number=asset_number)
    protocol, _colon, identity = adoption.source.partition(":")
    now = clock.now()
    standing = Line.objects.filter(protocol=protocol, identity=identity, during__contains=now).first()
    if standing is not None:
        raise AlreadyAdopted(source=adoption.source, asset=standing.asset.name)
    act(case_id, "adopt", actor, {"asset_number": asset.number}, version=version, key=key)
    return Line.objects.create(protocol=protocol, identity=identity, asset=asset, during=DateTimeTZRange(now, None))


@transaction.atomic
def refuse(case_id: Any, reason: str, actor: Actor, *, version: int | None = None, key: str | None = None) -> None:
    """Close the adoption case and remember that nobody is to be asked about this sender again."""
    adoption = _adoption(case_id)
    act(case_id, "refuse", actor, {"reason": reason}, version=version, key=key)
    RefusedSender.objects.update_or_create(
        source=adoption.source, defaults={"reason": reason[:300], "by": actor.user_id, "at": clock.now()}
    )


def _adoption(case_id: Any) -> Adoption:
    case = Case.objects.filter(pk=case_id, kind_id="devices.adoption").first()
    found = Adoption.objects.filter(case=case).first() if case else None
    if found is None:
        raise NotFound()
    return found
