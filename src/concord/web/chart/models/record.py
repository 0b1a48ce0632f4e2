"""The append-only tables of the record: a row is added, never changed or removed."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.organisations import Organisation, Programme
from concord.web.chart.models.people import Person
from concord.web.chart.models.row import Row


class Kept(Row):
    """What is kept of a person has: whose, who made and holds it, the sealed content.

    Without an organisation the row is the person's own report.
    `actor` and `key` are those of the action that made it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT)
    content = models.BinaryField()
    created_at = models.DateTimeField()
    actor = models.UUIDField()
    key = models.UUIDField()

    class Meta:
        abstract = True


class Held(Kept):
    """What a row of the record has; `line` is the same in every row of one line."""

    line = models.UUIDField()

    class Meta:
        abstract = True


class Line(Held):
    """One version of one line of a record; a newer version is a new row.

    `kind` is the field of the record; `place` orders the lines of a kind as they were
    first told, `version` counts the rows of one line.
    `withdrawn` holds, sealed, why a version says that the line was entered in error;
    the record then leaves the line out.
    """

    kind = models.CharField(max_length=32)
    place = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    source_system = models.TextField(default="")
    source_type = models.TextField(default="")
    source_id = models.TextField(default="")
    source_version = models.TextField(null=True)
    labels = models.JSONField(default=list)
    withdrawn = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "version"], name="line_version")
        ]
        indexes = [
            models.Index(fields=["person", "kind", "place"]),
            # What a panel counts of hundreds of people, without a row being read.
            models.Index(fields=["person", "organisation", "programme"]),
        ]


class MedicationChange(Held):
    """One decision about one medicine; `place` is the order in which it was told."""

    change = models.TextField()
    place = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "place"], name="change_place")
        ]
        indexes = [
            models.Index(fields=["person", "line"]),
            models.Index(fields=["person", "organisation", "programme"]),
        ]
