"""Do the sender's sums and the house's agree: acknowledged = logged + folded + duplicates, and the bad is quarantined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linli.signals.sums import Sums


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One protocol: what the sender says, what the house says, and whether they agree.

    `uncertain`: signals of copies that went out and got no answer (a line broke); they may have arrived.
    """

    protocol: str
    acknowledged: int
    refused: int
    rubbish: int
    uncertain: int
    house: Sums

    @property
    def taken(self) -> int:
        """What the house took in."""
        return self.house.logged + self.house.folded + self.house.duplicates

    @property
    def agrees(self) -> bool:
        """Everything acknowledged is in the house once, and nothing that nobody sent; the refused is in quarantine."""
        taken_in = self.acknowledged <= self.taken <= self.acknowledged + self.uncertain
        return taken_in and self.house.quarantined >= self.refused + self.rubbish - self.uncertain


def reconcile(protocol: str, total: Mapping[str, int], rubbish: int, house: Sums) -> Reconciled:
    """`total`: a sender's `Count` as a mapping, of everything it sent; `rubbish`: the bad frames among it that the
    house keeps; `house`: its sums of the same time."""
    return Reconciled(
        protocol,
        acknowledged=total["signals"] + total["unasked_signals"] - rubbish,
        refused=total["refused_signals"],
        rubbish=rubbish,
        uncertain=total["unanswered_signals"],
        house=house,
    )
