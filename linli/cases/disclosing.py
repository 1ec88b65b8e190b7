"""What the gate to personal data asks of a case: is it open, in whose hands, where, whom does it concern."""

from __future__ import annotations

from uuid import UUID

from linli.access.declarations import CaseFacts, Lookup
from linli.accounts.actor import Actor
from linli.cases.models import Case
from linli.registers.contacts import subjects_of


def case_facts(case_id: UUID, actor: Actor) -> CaseFacts | None:
    """The facts of a case that the actor sees; None when he sees none. It concerns the contacts of its asset and
    premises, and is in the hands of every body it was assigned or transferred to."""
    with actor.sees():
        case = Case.objects.select_related("asset__premises", "premises").filter(pk=case_id).first()
        if case is None:
            return None
        return CaseFacts(
            open=case.closed_at is None,
            area_path=case.area_path,
            in_hand=bool({*actor.bodies} & {*case.bodies, case.responsible_id}),
            subjects=subjects_of(case.asset, case.premises),
        )


LOOKUP = Lookup(key="case", find=case_facts)
