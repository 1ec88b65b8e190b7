"""Tables of the gate: whom it knows by key only, the ledger with its chains, and the shape of every personal table."""

from __future__ import annotations

from django.db import models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7


class Subject(models.Model):
    """One person, household or premises, by key alone; what is known of it lies in the holdings."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.CharField(max_length=16, default="person")
    area_path = LtreeField(null=True)
    since = models.DateTimeField(default=clock.now)


class Chain(models.Model):
    """The head of one department's ledger: the last sequence number and its hash."""

    key = models.CharField(primary_key=True, max_length=64)
    sequence = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32)


def _said(name: str, output: models.Field, json: bool = False) -> models.GeneratedField:
    """A column that PostgreSQL takes out of the entry itself, so that the two can never differ."""
    entry = Cast("entry", models.JSONField())
    taken = KeyTransform(name, entry) if json else KeyTextTransform(name, entry)
    expression = taken if json or isinstance(output, models.TextField) else Cast(taken, output)
    return models.GeneratedField(expression=expression, output_field=output, db_persist=True)


class Ledger(models.Model):
    """One line of the ledger: `hash` = SHA-256(previous ‖ sequence as 8 bytes ‖ entry as UTF-8).

    `entry` is canonical JSON, exactly as hashed. Lines are written by the database function `access_record` alone;
    no role of the house can change or remove one.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    chain = models.CharField(_("department"), max_length=64)
    sequence = models.BigIntegerField(_("number"))
    at = models.DateTimeField(_("time"))
    entry = models.TextField(_("entry"))
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    act = _said("act", models.TextField(_("act")))
    actor = _said("actor", models.TextField(_("actor")))
    post = _said("post", models.TextField(_("post")))
    purpose = _said("purpose", models.TextField(_("purpose")))
    subject = _said("subject", models.TextField(_("person, as a pseudonym")))
    decision = _said("decision", models.TextField(_("decision")))
    rule = _said("rule", models.TextField(_("deciding policy")))
    case_id = _said("case", models.UUIDField(_("case"), null=True))
    attributes = _said("attributes", models.JSONField(_("attributes")), json=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="access_ledger_line")]
        indexes = [
            models.Index(fields=["at", "id"], name="access_ledger_time"),
            models.Index(fields=["subject", "at"], name="access_ledger_subject"),
        ]


class Personal(models.Model):
    """Base of every table with personal columns: one row for each subject and contributing body.

    Protect the table in its migration with `protect_personal`. Every further field is a personal attribute and
    stands in a `Holding` and in the dictionary; the start-up check says which does not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_id = models.UUIDField()
    contributed_by = models.UUIDField(null=True)
    as_of = models.DateTimeField(default=clock.now)
    checked = models.CharField(max_length=100, blank=True)
    provenance = models.JSONField(default=dict)
    basis = models.CharField(max_length=64)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "contributed_by"], nulls_distinct=False, name="%(app_label)s_%(class)s_one_each"
            )
        ]

    @classmethod
    def personal_fields(cls) -> list[str]:
        """The names of the personal columns: every field that this base does not bring."""
        own = {field.name for field in Personal._meta.local_fields}
        return [field.name for field in cls._meta.local_concrete_fields if field.name not in own]


def personal_models() -> list[type[Personal]]:
    """Every installed model with personal columns."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Personal)]
