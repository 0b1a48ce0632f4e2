"""What follows from an answer about suicide: the task, who was told, what was done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concord.web.chart.models.asking import ScaleRequest
from concord.web.chart.models.organisations import Organisation
from concord.web.chart.models.record import Kept
from concord.web.chart.models.row import Row, Span
from concord.web.chart.models.team import Membership


class CrisisTask(Kept):
    """Somebody has to take up an answer; a form makes one such task at most.

    `named` is the clinician whom the form names as its reader.
    """

    request = models.OneToOneField(ScaleRequest, on_delete=models.PROTECT)
    named = models.ForeignKey(Membership, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["person", "created_at"])]


class StepKind(models.TextChoices):
    """What happened with a task."""

    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class CrisisStep(Kept):
    """Somebody was told (on a rung of the ladder), acknowledged it, or closed it.

    `membership` is who; nobody where the rung is that nobody took it.
    """

    task = models.ForeignKey(CrisisTask, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=StepKind.choices)
    rung = models.CharField(max_length=16, default="")
    membership = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="step_number"),
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(kind=StepKind.CLOSED),
                name="task_closed_once",
            ),
        ]
        indexes = [models.Index(fields=["membership", "kind"])]


class OnCall(Span):
    """From one moment to another, a member of staff is told of what nobody took up."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT)


class CrisisPlan(Row):
    """A version of how an organisation takes up such answers; the newest one holds.

    `content` has its words for people by language, its reading hours and its next
    step; nothing of it is about a person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    created_at = models.DateTimeField()
    actor = models.UUIDField()
    key = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="crisis_plan_number"
            )
        ]
