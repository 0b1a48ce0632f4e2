"""What every template is given besides its own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest


def of_every_page(_request: HttpRequest) -> dict[str, Any]:
    """Return a fresh action key for a form, and whether this is a demonstration."""
    return {"key": uuid4(), "demonstration": settings.CONCORD_DEMO}
