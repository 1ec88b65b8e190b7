"""Free text carries no personal numbers: they belong to the contacts, behind the gate."""

from __future__ import annotations

from linli.accounts.actor import Actor
from linli.base.text import find_personal_numbers, mask_personal_numbers
from linli.cases.refusals import PersonalNumbers, ReasonMissing


def clean(text: str, actor: Actor, mask: bool = False) -> str:
    """`text` as it may be kept. With `mask`, and for the house itself (an alarm must not wait), numbers are masked.

    Raises PersonalNumbers with the masked text as an offer.
    """
    found = find_personal_numbers(text)
    if not found:
        return text
    masked = mask_personal_numbers(text)
    if mask or actor.post == "system":
        return masked
    raise PersonalNumbers(count=len(found), masked=masked)


def reason(text: str, actor: Actor, mask: bool = False) -> str:
    """A reason as it may be kept. ReasonMissing when it is empty, PersonalNumbers as `clean`."""
    if not text.strip():
        raise ReasonMissing()
    return clean(text, actor, mask)
