"""In which words the gate says no: refusals of a whole call, and the rules that refuse one attribute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class UnknownPurpose(Refusal):
    """No such purpose is declared."""

    code = "access.unknown_purpose"
    sentence = _("The purpose «{purpose}» is not declared. Choose one of the purposes of your post.")
    status = 422


class UnknownAttribute(Refusal):
    """The dictionary has no such attribute."""

    code = "access.unknown_attribute"
    sentence = _("The data dictionary has no entry «{attribute}». Take a name from the dictionary.")
    status = 422


class UnknownSubject(Refusal):
    """Nobody is known under this key."""

    code = "access.unknown_subject"
    sentence = _("There is no entry for this person. Open the contact again from the case.")
    status = 404


class TooMany(Refusal):
    """A list of persons above its bound."""

    code = "access.too_many"
    sentence = _("This purpose answers for {bound} persons at a time; {asked} were asked. Narrow the list.")
    status = 422


class BadValue(Refusal):
    """A value that does not have the form its dictionary entry asks for."""

    code = "access.bad_value"
    sentence = _("{attribute}: {reason}")
    status = 422


class NotAllowed(Refusal):
    """A change of personal data that the policies refuse."""

    code = "access.not_allowed"
    sentence = _("Nothing was written. {reason}")
    status = 403


class ReadFailed(Refusal):
    """The decision was taken and is on the ledger, but the value could not be read; nothing was shown."""

    code = "access.read_failed"
    sentence = _(
        "The value could not be read; nothing was shown, and the attempt is on the ledger ({entry}). "
        "Ask again in a minute."
    )
    status = 503


Way = Literal["send_message", "transfer_question", "second_approver", "none"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to refuse an attribute: what it says, how else to get there, and the action the screen offers."""

    sentence: Any
    how: Any
    action: Way = "none"


RULES = {
    "access.post_outside_purpose": Rule(
        _("Your post does not have this purpose."), _("Ask a colleague who holds one of its posts.")
    ),
    "access.attribute_outside_purpose": Rule(
        _("This purpose does without it."),
        _("Let the house pass on a message; you do not see the value."),
        "send_message",
    ),
    "access.act_outside_purpose": Rule(
        _("This purpose is not for that."), _("Choose the purpose that fits what you do.")
    ),
    "access.purpose_expired": Rule(
        _("This purpose has run out and discloses nothing until it is reviewed."), _("Tell the administrator.")
    ),
    "access.outside_area": Rule(
        _("This lies outside the area of your post."),
        _("Pass the question to the post of that area."),
        "transfer_question",
    ),
    "access.case_needed": Rule(
        _("This purpose needs an open case in your hands."), _("Open it from the page of the case.")
    ),
    "access.case_closed": Rule(_("The case is closed."), _("A new case opens the way again.")),
    "access.case_not_in_hand": Rule(
        _("The case is not in your hands."), _("Ask the body responsible for it."), "transfer_question"
    ),
    "access.case_concerns_others": Rule(
        _("The case does not concern this person."), _("Open the contact from the case itself.")
    ),
    "access.party_to_the_case": Rule(
        _("You are a party to this case."), _("A colleague without a stake asks."), "second_approver"
    ),
    "access.never_list": Rule(_("The house never keeps this."), _("There is no way to it."), "none"),
    "access.nothing_permits": Rule(_("No policy permits this."), _("Ask the administrator which purpose fits.")),
}
