"""Who is told of an answer about suicide, in which order, and how soon.

Pure: the moments are arguments, the waits come from the measure `crisis-escalation`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from concord.terms import Duration, PartialDate, Value


class Rung(StrEnum):
    """Who is told: the clinician the form names, their cover, who is on call.

    `nobody` is the word for a task of which everybody was told and that nobody took.
    """

    NAMED = "named"
    COVER = "cover"
    ON_CALL = "on-call"
    NOBODY = "nobody"


class WhatWasDone(StrEnum):
    """What was done about an answer: a task is closed with one of these, and words."""

    SAFE_WITH_PLAN = "safe-with-plan"
    SEEN_TODAY = "seen-today"
    EMERGENCY = "emergency"
    HANDED_OVER = "handed-over"
    NOT_REACHED = "not-reached"
    MISTAKE = "mistake"


class Hours(Value, frozen=True, kw_only=True):
    """On one day of the week (Monday is 0) somebody reads from one time to another.

    Times are `HH:MM` on the clinic's clock, the first inclusive, the last exclusive.
    """

    day: int
    begins: str
    ends: str


class Waits(Value, frozen=True, kw_only=True):
    """How many minutes each has to acknowledge before the next is told."""

    named: int
    cover: int
    on_call: int


class Due(Value, frozen=True, kw_only=True):
    """Somebody is to be told, from a moment on."""

    rung: Rung
    at: datetime


def speaks_of_now(answered: PartialDate | None, asks_of: Duration, as_of: date) -> bool:
    """Return whether an answer is still about now on a day, inclusive.

    It is for as long after it was given as the time that its form asks of. One without
    a day, or with a day to come, is: it is not known to be old.
    """
    return answered is None or as_of <= asks_of.after(answered.last)


def reads_at(hours: Iterable[Hours], moment: datetime) -> bool:
    """Return whether somebody reads at a moment, which is in the clinic's own zone.

    Without hours nobody ever reads: it was never said that somebody does.
    """
    clock = f"{moment:%H:%M}"
    return any(
        one.day == moment.weekday() and one.begins <= clock < one.ends for one in hours
    )


def ladder(
    opened: datetime, *, reading: bool, cover: bool, on_call: bool, waits: Waits
) -> tuple[Due, ...]:
    """Return who is told of a task opened at a moment, and when, until one takes it.

    The named clinician at once; then cover, then who is on call, each after the wait
    of the one before; last, that nobody took it.
    Where nobody is reading all are told at once, for nobody would notice a wait.
    A rung on which nobody stands is passed over without a wait.
    """
    found = [Due(rung=Rung.NAMED, at=opened)]
    at = opened + _minutes(waits.named if reading else 0)
    if cover:
        found.append(Due(rung=Rung.COVER, at=at))
        at += _minutes(waits.cover if reading else 0)
    if on_call:
        found.append(Due(rung=Rung.ON_CALL, at=at))
    if on_call or not reading:
        at += _minutes(waits.on_call)
    return (*found, Due(rung=Rung.NOBODY, at=at))


def due_by(steps: Iterable[Due], now: datetime) -> tuple[Due, ...]:
    """Return the steps whose moment has come."""
    return tuple(step for step in steps if step.at <= now)


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
