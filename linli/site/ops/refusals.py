"""What the operations refuse, and what to do then."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class DatabaseAway(Refusal):
    """The server does not start or does not answer."""

    code = "ops.database_away"
    sentence = _("The database does not answer: {reason}. Start it, or correct DATABASE_URL.")


class ToolFailed(Refusal):
    """One of PostgreSQL's programs ended with an error."""

    code = "ops.tool_failed"
    sentence = _(
        "{tool} ended with an error; nothing was changed. Remove the cause and run the command again: {reason}"
    )


class NothingToKeep(Refusal):
    """There is no house in the database."""

    code = "ops.no_house"
    sentence = _("The database holds no house yet. Open it first with `make run`, or name another folder in LINLI_VAR.")


class NoBackup(Refusal):
    """The folder is no finished backup of ours."""

    code = "ops.no_backup"
    sentence = _("{folder} is no finished backup. Name the folder that `linli ops backup` printed.")


class BackupOfTheFuture(Refusal):
    """Written in a form that this version does not know."""

    code = "ops.backup_unknown_form"
    sentence = _(
        "This backup has form {form}, which this version cannot read. Restore it with the version that made it."
    )


class BackupDamaged(Refusal):
    """A file of it is missing or is not what was written."""

    code = "ops.backup_damaged"
    sentence = _("The backup is damaged, nothing was restored. Take another one. What is wrong: {files}")


class HouseFull(Refusal):
    """Restore goes into an empty house only."""

    code = "ops.house_full"
    sentence = _(
        "{place} already holds data, nothing was restored. Name an empty folder in LINLI_VAR (and an empty database in"
        " DATABASE_URL), or move the old ones away."
    )


class SecretsMissing(Refusal):
    """The backup was made without the keys."""

    code = "ops.secrets_missing"
    sentence = _("This backup holds no keys. Name the file in which you keep them: --secrets FILE.")


class OtherSecrets(Refusal):
    """The file of keys belongs to another house."""

    code = "ops.other_secrets"
    sentence = _("The keys in {file} are not those of this backup ({names}). Name the right file with --secrets FILE.")


class NotTheSame(Refusal):
    """What was restored differs from what the backup says."""

    code = "ops.not_the_same"
    sentence = _(
        "What was restored is not what was kept, so the house stays closed. Take another backup. Differences: {differences}"
    )


class HouseOpen(Refusal):
    """Somebody works with the database."""

    code = "ops.house_open"
    sentence = _(
        "The house is open: other programs are connected to its database. Stop them, then run the command again."
    )


class NewerHouse(Refusal):
    """The data belong to a later version."""

    code = "ops.newer_house"
    sentence = _("These data were served by a newer Linli ({names}). Install that version, or restore an older backup.")


class LedgerChanged(Refusal):
    """An upgrade may add to the house, and never touches the ledger."""

    code = "ops.ledger_changed"
    sentence = _("The ledger is not what it was before the upgrade. Keep the house closed and restore {backup}.")
