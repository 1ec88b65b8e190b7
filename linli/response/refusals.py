"""How this room says no. Every code is tested and part of the API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class UnitTaken(Refusal):
    """The unit is not free to be sent."""

    code = "response.unit_taken"
    sentence = _("{call_sign} cannot be sent: {status}. Choose another unit.")
    next_step = _("Show the nearest free units")


class CaseIsClosed(Refusal):
    """Nobody is sent to a case that is closed."""

    code = "response.case_closed"
    sentence = _("Case {number} is closed. Reopen it before you send a unit, or open a new one.")
    next_step = _("Show the case as it is now")


class StepNotNow(Refusal):
    """The step does not follow from where the assignment stands."""

    code = "response.step_not_now"
    sentence = _("{call_sign} is «{stage}»: «{step}» does not follow from that. It follows from: {sources}.")
    next_step = _("Show the assignment as it is now")


class UnknownStep(Refusal):
    """No such step; names those there are."""

    code = "response.unknown_step"
    sentence = _("There is no step «{step}». The steps are: {steps}.")
    status = 422


class ReasonMissing(Refusal):
    """Refusing and standing down want a reason."""

    code = "response.reason_missing"
    sentence = _("Say why {call_sign} is «{step}».")
    next_step = _("Enter the reason")
    status = 422


class AssignmentStale(Refusal):
    """The assignment moved on after the actor saw it."""

    code = "response.stale"
    sentence = _("{call_sign} moved on meanwhile: you saw version {seen}, it is at {version}, «{stage}».")
    next_step = _("Show the assignment as it is now")


class ClearFirst(Refusal):
    """The crew cannot go off while it is sent somewhere."""

    code = "response.clear_first"
    sentence = _("{call_sign} is sent to {number}: clear that, or let it be stood down, before «{status}».")
    next_step = _("Show the assignment")


class NotSent(Refusal):
    """A step of an assignment was said for a unit that has none."""

    code = "response.not_sent"
    sentence = _("{call_sign} is not sent anywhere, so «{step}» says nothing. Its own words are: {statuses}.")
