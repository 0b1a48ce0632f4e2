"""Who holds records: organisations and their programmes."""

from __future__ import annotations

from django.db import models

from concord.web.chart.models.row import Row


class Organisation(Row):
    """A clinic, hospital or practice; `zone` is the one in which its days begin.

    `phone` is the number that people are told to call, as it is told; empty if none is.
    """

    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, default="")
    zone = models.CharField(max_length=64, default="UTC")


class Programme(Row):
    """A part of an organisation; `part_2` where 42 CFR Part 2 protects what it makes.

    What such a programme makes is seen by those who work in it, and by nobody else
    unless the person says so.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, default="")
    part_2 = models.BooleanField(default=False)
