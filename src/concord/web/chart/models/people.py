"""The people whose records these are, where they are enrolled, and their keys."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.organisations import Organisation, Programme
from concord.web.chart.models.row import Row, Span


class Person(Row):
    """Someone with a record; who they are stands, sealed, in the record itself."""

    created_at = models.DateTimeField()


class PersonKey(models.Model):
    """The key that seals one person's record, itself wrapped by the install's key.

    A rotation of the install's key wraps this row again; the record's rows, which can
    never be changed, stay as they are.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    wrapped_by = models.CharField(max_length=64)
    wrapped = models.BinaryField()


class Enrolment(Span):
    """A person in the care of an organisation, or of one of its programmes."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT)


class Invitation(Row):
    """A person's word that an organisation may enrol them: small, once, for some days.

    The code itself is kept nowhere; `digest` is how it is found.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class PersonIndex(Row):
    """A keyed digest of a name and a birth date, to find someone in an emergency."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="person_digest")
        ]
