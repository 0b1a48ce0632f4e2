"""What the review left behind: the stored reviews, and the answers to findings."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.people import Person
from concord.web.chart.models.record import Kept


class StoredReview(models.Model):
    """The last review of one person for one view: derived, so it may be replaced.

    `view` names the rows that the review saw; all who see the same rows share it.
    `rows` is how many they were, with the answers to findings: since rows are only
    added, another number means that the review is stale, without a seal being opened.
    `panel` holds, sealed for itself, the little that a panel shows: it is read for
    hundreds of people at once. Empty: the review was made before there was one.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    view = models.CharField(max_length=96)
    as_of = models.DateField()
    knowledge = models.CharField(max_length=64)
    record = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    content = models.BinaryField()
    panel = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "view"], name="review_view")
        ]


class AnswerKind(models.TextChoices):
    """How a finding was answered, or that it asked and interrupted."""

    FIRED = "fired"
    OVERRIDE = "override"
    DECISION = "decision"


class FindingAnswer(Kept):
    """One answer to one finding; `rule` is in clear, so that answers can be counted."""

    rule = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=AnswerKind.choices)

    class Meta:
        indexes = [
            models.Index(fields=["person", "kind"]),
            models.Index(fields=["organisation", "rule", "kind"]),
        ]
