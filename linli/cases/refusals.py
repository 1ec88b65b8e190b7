"""How this room says no. Every code is tested and part of the API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class Stale(Refusal):
    """The case moved on after the actor saw it."""

    code = "cases.stale"
    sentence = _(
        "The case was changed meanwhile: you saw version {seen}, it is now at version {version}, «{state}». Nothing"
        " was changed; what you entered is kept. Look at it again and decide."
    )
    next_step = _("Show the case as it is now")


class FieldsStale(Refusal):
    """Somebody else changed the same field first."""

    code = "cases.field_stale"
    sentence = _("{fields} was changed meanwhile. It now says: {now}. You entered: {entered}. Choose one.")
    next_step = _("Compare the two")


class WrongState(Refusal):
    """The transition does not leave the state the case is in."""

    code = "cases.wrong_state"
    sentence = _("«{transition}» is not possible in the state «{state}». It is possible from: {sources}.")
    next_step = _("Show the case as it is now")


class WrongPost(Refusal):
    """Another post makes this step."""

    code = "cases.wrong_post"
    sentence = _("«{transition}» is done by: {posts}.")
    status = 403


class WrongRelation(Refusal):
    """The right post, but of another body."""

    code = "cases.wrong_relation"
    sentence = _("«{transition}» is done by {relation}.")
    status = 403


class NeedMissing(Refusal):
    """Something the law or the form asks for is not there. `codes` names the needs: needs.photo, needs.reason …"""

    code = "cases.needs"
    sentence = _("«{transition}» still needs: {needs}.")
    next_step = _("Add what is missing")
    status = 422


class ReasonMissing(Refusal):
    """What is asked for must be given a reason, which stands on the timeline."""

    code = "cases.reason_missing"
    sentence = _("Give the reason. It stands on the timeline.")
    status = 422


class NotWorking(Refusal):
    """Neither the post nor the body works on this case."""

    code = "cases.not_working"
    sentence = _("{number} is worked on by: {posts} of {body}.")
    status = 403


class NotAbove(Refusal):
    """Only the level above the responsible body decides this."""

    code = "cases.not_above"
    sentence = _("The level above {body} decides this.")
    status = 403


class NoTransition(Refusal):
    """The workflow of the case has no such step."""

    code = "cases.no_transition"
    sentence = _("The workflow of this case has no step «{transition}». Its steps are: {known}.")
    status = 422


class UnknownFields(Refusal):
    """A form or a rule named a field that the detail does not have."""

    code = "cases.unknown_fields"
    sentence = _("{fields} does not belong to this kind of case. Its fields are: {known}.")
    status = 422


class DetailRefused(Refusal):
    """A value that the detail's model does not take; `errors` maps field to sentences."""

    code = "cases.detail"
    sentence = _("{summary}")
    next_step = _("Correct the fields")
    status = 422


class PersonalNumbers(Refusal):
    """Id or telephone numbers stand in free text; `masked` is the text as it may be kept."""

    code = "cases.personal_numbers"
    sentence = _(
        "The text holds {count} id or telephone numbers. They belong to the contacts, not into the text. Masked it"
        " would read: {masked}"
    )
    next_step = _("Keep it masked")
    status = 422


class KeyUsed(Refusal):
    """The sender used its idempotency key for something else before."""

    code = "cases.key_used"
    sentence = _("The key «{key}» was used for another act on {number}. Send every act with a key of its own.")


class NotReleased(Refusal):
    """The running code declares a workflow that `migrate` has not written yet."""

    code = "cases.not_released"
    sentence = _("The workflow of «{kind}» is newer than the database. Run: linli migrate")
    status = 503


class UnknownKind(Refusal):
    """No installed pack declares the kind."""

    code = "cases.unknown_kind"
    sentence = _("No installed pack has cases of the kind «{kind}». Cases of a removed pack can be read only.")
    status = 422


class Closed(Refusal):
    """The case is closed; what is asked for is for open ones."""

    code = "cases.closed"
    sentence = _("{number} is closed. Open a follow-up case instead.")


class ThirdReturn(Refusal):
    """The case came back as often as its kind allows."""

    code = "cases.third_return"
    sentence = _("This case has been returned {returns} times. The coordinator of the area must decide.")
    next_step = _("Ask the coordinator")


class NoTransfer(Refusal):
    """There is no transfer on the way that this body could take or return."""

    code = "cases.no_transfer"
    sentence = _("No transfer of {number} to your body waits for an answer.")


class ClockNotPausable(Refusal):
    """Hours, minutes and safety clocks run day and night (Civil Code 201)."""

    code = "cases.clock_not_pausable"
    sentence = _("«{clock}» runs day and night and cannot be paused (Civil Code 201).")


class NoClock(Refusal):
    """The clock does not run (or is not paused)."""

    code = "cases.no_clock"
    sentence = _("The clock «{clock}» of {number} is not in a state for this.")


class ExtensionRefused(Refusal):
    """The new due time does not lie behind the old one."""

    code = "cases.extension_not_later"
    sentence = _("An extension must end later than {due}. Enter a later time.")
    status = 422


class SamePerson(Refusal):
    """Two different people must agree."""

    code = "cases.same_person"
    sentence = _("Your own agreement stands already. A second person must agree.")


class OpenElsewhere(Refusal):
    """A closed case cannot be reopened while a newer one for the same thing is open."""

    code = "cases.open_elsewhere"
    sentence = _("{number} cannot be reopened: {other} is open for the same thing. Work on that one.")


class TaskDone(Refusal):
    """Somebody was faster."""

    code = "cases.task_done"
    sentence = _("«{task}» is done already.")


class NotAPhoto(Refusal):
    """A photo is asked for and something else came."""

    code = "cases.not_a_photo"
    sentence = _("{name} is not a picture. Add a photo (jpg, png, webp).")
    status = 422


class NotADay(Refusal):
    """The last day of an extension cannot be read."""

    code = "cases.not_a_day"
    sentence = _("Write the day as 2026-05-20; this says «{day}».")
    status = 422
