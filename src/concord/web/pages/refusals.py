"""How a refusal is answered: a foreign record and one that is not there, the same."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.errors import (
    BrokenLogError,
    DeniedError,
    ImpossibleChangeError,
    RepeatedKeyError,
)
from concord.web.chart.actions.acting import begin_request, note_refusal
from concord.web.pages.asking import actor_of, now

_logger = logging.getLogger(__name__)


class Refusals:
    """Turns the chart's errors into pages; none of them says what was there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response of the site."""
        begin_request()
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Return the page for an error of the chart; others go on to Django."""
        match error:
            case DeniedError():
                _note(request, error.reason)
                return render(request, "pages/not_found.html", status=404)
            case RepeatedKeyError() | ImpossibleChangeError():
                context = {"problem": str(error)}
                return render(request, "pages/conflict.html", context, status=409)
            case BrokenLogError():
                _logger.error("the log cannot be written: refused")
                return render(request, "pages/refused.html", status=503)
            case _:
                return None


def _note(request: HttpRequest, reason: str) -> None:
    """Log a refusal on a person's record, by whoever is signed in."""
    match = request.resolver_match
    person = match.kwargs.get("person") if match else None
    if person is not None and request.user.is_authenticated:
        actor = actor_of(request)
        note_refusal(actor=actor, person=person, reason=reason, now=now())
