"""Forms that are sent to people: the request, its answers as they are given, its end.

Which scale, for whom and what was answered stands sealed; none of it is ever changed.
"""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.record import Kept


class ScaleRequest(Kept):
    """A form that somebody is asked to fill in."""

    class Meta:
        indexes = [models.Index(fields=["person", "created_at"])]


class ScaleAnswer(Kept):
    """One answer to one question, as it was given; of a question the newest speaks."""

    request = models.ForeignKey(ScaleRequest, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="answer_number")
        ]


class EndKind(models.TextChoices):
    """How a form came to its end."""

    COMPLETED = "completed"
    CALLED_OFF = "called-off"


class ScaleEnd(Kept):
    """A form was finished, or is not wanted any more; there is one end."""

    request = models.OneToOneField(ScaleRequest, on_delete=models.PROTECT)
    kind = models.CharField(max_length=16, choices=EndKind.choices)


class SendWhenDue(Kept):
    """A form that is to be sent to a person whenever the due list asks for it."""

    class Meta:
        indexes = [models.Index(fields=["person", "created_at"])]


class SendWhenDueEnd(Kept):
    """It is not to be sent any more; there is one end. `content` holds nothing."""

    order = models.OneToOneField(SendWhenDue, on_delete=models.PROTECT)
