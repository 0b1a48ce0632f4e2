"""Access: the log's chains, the keys of actions, and breaks of the glass."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.people import Person
from concord.web.chart.models.row import Row, Span
from concord.web.chart.models.team import Membership


class Entry(Row):
    """One access, one link of its subject's chain; it holds no value of the record.

    `subject` is the person, or the organisation where an access is about no person.
    """

    subject = models.UUIDField()
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor = models.UUIDField()
    membership = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)
    programme = models.UUIDField(null=True)
    action = models.CharField(max_length=32)
    purpose = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16)
    reason = models.CharField(max_length=32)
    key = models.UUIDField(null=True)
    rows = models.JSONField(default=list)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="entry_number")
        ]


class Tip(models.Model):
    """How far one chain goes, signed: without it a chain could be cut at its end."""

    subject = models.UUIDField(primary_key=True)
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)


class Head(models.Model):
    """The signed head of a day: the tips that moved since the head before it."""

    day = models.DateField(primary_key=True)
    tips = models.JSONField()
    previous = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)


class ActionKey(Row):
    """A client's action key, once used: what was asked (digest) and the answer."""

    actor = models.UUIDField()
    key = models.UUIDField()
    body = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="actor_key")
        ]


class BreakGlass(Span):
    """An emergency: who opened a record, at whose word, why; it ends by itself.

    The fields are those that 42 CFR 2.51(c) asks for; `nature` is sealed.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT)
    recipient = models.CharField(max_length=200)
    affiliation = models.CharField(max_length=200)
    discloser = models.CharField(max_length=200)
    nature = models.BinaryField()


class GlassReview(Row):
    """Somebody looked into a break of the glass, and what they found, sealed."""

    glass = models.OneToOneField(BreakGlass, on_delete=models.PROTECT)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT)
    words = models.BinaryField()
    at = models.DateTimeField()
