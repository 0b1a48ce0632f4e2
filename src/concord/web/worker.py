"""The worker: who is told of a crisis, the day's reviews, the log's head, forms due.

Safe to kill at any moment: each step is whole or did not happen, and the next round
finds what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from time import monotonic

from django.conf import settings

from concord.terms import Value
from concord.web.chart.actions.crises import escalate
from concord.web.chart.actions.reviewing import make_ready
from concord.web.chart.actions.sending import send_due
from concord.web.chart.log import sign_head

_logger = logging.getLogger(__name__)

# How often, in seconds, a long round says how far it is.
_SAYS_EVERY = 2.0


class Round(Value, frozen=True, kw_only=True):
    """What a round did: whom it told, how many reviews, the signature of the head.

    `sent` is how many forms were due and sent.
    """

    reviews: int
    head: str
    told: int = 0
    sent: int = 0


def work_once(now: datetime, said: Callable[[str], None]) -> Round:
    """Tell of crises, make the day's reviews, sign the head, send the forms due.

    Crises come first: a long round of reviews must not keep anybody waiting. The forms
    come last: they need the day's reviews, and where one of them cannot be sent nothing
    else waits for it. Old sessions are deleted on the way.
    """
    told = escalate(now)
    done, last = 0, monotonic()
    for done, total in make_ready(now):
        if monotonic() - last >= _SAYS_EVERY:
            said(f"{done} of {total} reviews are of today")
            last = monotonic()
    head = sign_head(now.astimezone(UTC).date(), now)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    if told:
        said(f"{told} told of an answer that nobody took up")
    said(f"{done} reviews are of today; head of {head.day} signed")
    sent = send_due(now)
    if sent:
        said(f"{sent} forms were due and are sent")
    return Round(reviews=done, head=head.signature, told=told, sent=sent)


def work(
    now: Callable[[], datetime],
    said: Callable[[str], None],
    pause: Callable[[], bool],
) -> None:
    """Work round after round; `pause` waits in between and says whether to go on.

    A round that fails is told, by the kind of its error alone, and the next one tried:
    a database that is away for a minute must not end the worker.
    """
    while True:
        try:
            work_once(now(), said)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next one may do
            # Neither its message nor a traceback: both may hold values of a record.
            _logger.error("round failed: %s", type(error).__name__)
            said(f"this round failed ({type(error).__name__}); trying again later")
        if not pause():
            return
