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

_logger = logging.getLogger(__name__)


class Refusals:
    """Turns the chart's errors into pages; none of them says what was there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response of the site."""
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Return the page for an error of the chart; others go on to Django."""
        match error:
            case DeniedError():
                return render(request, "pages/not_found.html", status=404)
            case RepeatedKeyError() | ImpossibleChangeError():
                context = {"problem": str(error)}
                return render(request, "pages/conflict.html", context, status=409)
            case BrokenLogError():
                _logger.error("the log cannot be written: refused")
                return render(request, "pages/refused.html", status=503)
            case _:
                return None
