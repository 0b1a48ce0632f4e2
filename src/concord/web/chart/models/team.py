"""Who looks after people: staff, their memberships, cover, care relationships."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.organisations import Organisation, Programme
from concord.web.chart.models.people import Person
from concord.web.chart.models.row import Row, Span


class Role(models.TextChoices):
    """What a member of staff is employed as."""

    PRESCRIBER = "prescriber"
    PHARMACIST = "pharmacist"
    NURSE = "nurse"
    THERAPIST = "therapist"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Staff(Row):
    """Someone who works in one or more organisations."""

    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()


class Membership(Span):
    """A member of staff in an organisation or one of its programmes, in one role.

    Staff act under one membership at a time.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT)
    role = models.CharField(max_length=16, choices=Role.choices)


class Cover(Span):
    """While one is on leave, another has their care relationships.

    Both memberships are of one organisation and one programme.
    """

    absent = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="covered"
    )
    by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="covering"
    )


class CareRelationship(Span):
    """A member of staff looks after a person, under one membership."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)


class PrescribingAuthority(Span):
    """What a member of staff may order, where, and by which rule.

    `schedules` are the controlled schedules that it extends to, as words.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT)
    jurisdiction = models.CharField(max_length=64)
    schedules = models.JSONField(default=list)
    source = models.CharField(max_length=200)
