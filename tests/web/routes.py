"""Every address of the site, from the URL resolver, with ids put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver


def every_address(
    resolver: URLResolver | None = None, before: str = "/", **given: Any
) -> Iterator[str]:
    """An address of each route; a gap that is not given gets a new id, or 1."""

    def fill(gap: re.Match[str]) -> str:
        kind, _, name = gap[1].rpartition(":")
        return str(given.get(name, 1 if kind == "int" else uuid4()))

    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from every_address(entry, pattern, **given)
        elif isinstance(entry, URLPattern):
            yield re.sub(r"<([^>]+)>", fill, pattern)
