"""In which words the registers say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class RetiredAlready(Refusal):
    """The thing is out of use, or the day lies before its first."""

    code = "registers.retired_already"
    sentence = _("«{name}» was in use from {first} to {last}. Choose a day in that time.")
    status = 409


class StillNeeded(Refusal):
    """Something in use stands on it."""

    code = "registers.still_needed"
    sentence = _("«{name}» is still needed by {count} things in use ({examples}). Take those out of use first.")
    status = 409


class DutyTaken(Refusal):
    """Somebody else has the duty in that time."""

    code = "registers.duty_taken"
    sentence = _("In this time the duty is held already. End the present one first, or begin after it.")
    status = 409


class FileUnreadable(Refusal):
    """The file is no table that can be read; nothing was taken."""

    code = "registers.file_unreadable"
    sentence = _("{reason} Save the table as .xlsx or as .csv and send it again; nothing was taken.")
    status = 422


class ColumnsMissing(Refusal):
    """The heading row lacks columns that are needed."""

    code = "registers.columns_missing"
    sentence = _("The first row lacks: {missing}. It has: {found}. Name the columns as in the template.")
    status = 422


class CannotUndo(Refusal):
    """Later work stands on what the import wrote."""

    code = "registers.cannot_undo"
    sentence = _(
        "{count} rows have been changed or used since ({examples}), so the import cannot be taken back as a "
        "whole. Correct these by hand; nothing was changed."
    )
    status = 409


class NotNow(Refusal):
    """The run is in another state."""

    code = "registers.not_now"
    sentence = _("This import is «{state}», so that cannot be done with it now.")
    status = 409


class TooOld(Refusal):
    """The time in which an import can be taken back is over."""

    code = "registers.too_old"
    sentence = _("An import can be taken back for {days} days. Correct its rows by hand.")
    status = 409


class UnknownTable(Refusal):
    """No such spreadsheet is declared."""

    code = "registers.unknown_table"
    sentence = _("There is no table «{key}» to take in. There are: {known}.")
    status = 404
