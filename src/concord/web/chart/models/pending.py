"""Imports that were read and shown, and wait to be confirmed."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.people import Person
from concord.web.chart.models.row import Row


class PendingImport(Row):
    """A file's record as it was read, sealed, until it is confirmed or thrown away.

    It is no part of the record: it belongs to the one who read the file, ends by
    itself, and is removed when it was used.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    actor = models.UUIDField()
    membership = models.UUIDField(null=True)
    content = models.BinaryField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
