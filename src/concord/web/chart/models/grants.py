"""What a person allows a caregiver, and what age changes about it."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.organisations import Organisation
from concord.web.chart.models.people import Person
from concord.web.chart.models.row import Row, Span


class Power(models.TextChoices):
    """One thing that a caregiver may be allowed."""

    READ = "read"
    READ_PART_2 = "read_part_2"
    REPORT = "report"


class Basis(models.TextChoices):
    """Why a caregiver has a grant."""

    CHOSEN = "chosen"
    PARENT = "parent"
    GUARDIAN = "guardian"


class Caregiver(Row):
    """Someone whom a person, or the law, lets take part in their care."""

    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()


class Grant(Span):
    """What one caregiver may do with one person's record, and since when."""

    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    basis = models.CharField(max_length=16, choices=Basis.choices)
    powers = models.JSONField()


class AgeRule(Span):
    """From or up to which age something holds, as a jurisdiction's law has it.

    `subject` is an action of the person, or `basis:power` of a caregiver's grant; ages
    are whole years, `from_years` inclusive and `until_years` exclusive.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    subject = models.CharField(max_length=64)
    from_years = models.PositiveSmallIntegerField(null=True)
    until_years = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=200)
    locator = models.CharField(max_length=200)
