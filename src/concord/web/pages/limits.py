"""How much a request may send: told by its length, before any of it is read.

trust.md SEC-30. Django limits the fields of a form and never a file in it: a file that
no page asked for would be read whole, and written to a disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Twelve digits hold every length that a machine can have sent.
_DIGITS = 12
OWN_LIMIT = "has_own_limit"


class Limits:
    """Refuses bodies that are too large, and lengths that are none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response of the site."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _given: Any
    ) -> HttpResponse | None:
        """Return the refusal of a body that is too large, or nothing."""
        told = str(request.META.get("CONTENT_LENGTH") or "0")
        if not (told.isascii() and told.isdigit() and len(told) <= _DIGITS):
            return render(request, "pages/too_large.html", status=400)
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(told) > most and not getattr(view, OWN_LIMIT, False):
            return render(request, "pages/too_large.html", status=413)
        return None
