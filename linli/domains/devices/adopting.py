"""Adopt a sender: from now on its signals belong to an asset. Or refuse it: nobody is asked again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.refusal import Refusal
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


def carry_out(case: Case, step: str, actor: Actor, said: Mapping[str, str]) -> None:
    """What a step of an adoption case means for the sender; runs in the transaction of the step.

    Raises NoSuchAsset, AlreadyAdopted: then the step is taken back too.
    """
    adoption = Adoption.objects.get(case=case)
    if step == "adopt":
        _give(adoption, actor)
    elif step == "refuse":
        RefusedSender.objects.update_or_create(
            source=adoption.source,
            defaults={"reason": said.get("reason", "")[:300], "by": actor.user_id, "at": clock.now()},
        )


def _give(adoption: Adoption, actor: Actor) -> None:
    """From now on the sender's signals are those of the asset with the number that was filled in."""
    number = adoption.asset_number.strip()
    asset = Asset.objects.filter(number=number).first()
    if asset is None:
        raise NoSuchAsset(number=number)
    protocol, _colon, identity = adoption.source.partition(":")
    now = clock.now()
    standing = Line.objects.filter(protocol=protocol, identity=identity, during__contains=now).first()
    if standing is not None:
        raise AlreadyAdopted(source=adoption.source, asset=standing.asset.name)
    Line.objects.create(protocol=protocol, identity=identity, asset=asset, during=DateTimeTZRange(now, None))
