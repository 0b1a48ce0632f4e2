"""Going through the site by its own links, one page of each route."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.web_settings")

from django.urls import Resolver404, resolve
from tests.browser.conftest import Window
from tests.web.test_matrix import routes

LINKS = """() => [...document.querySelectorAll("a[href]")].map((a) => a.href)"""
# To follow these ends the session, or leads out of the page that is looked at.
NEVER = {"account_logout", "person:leave", "mfa_download_recovery_codes"}


def route_of(path: str) -> str | None:
    """Return the name of the route that answers a path, as the matrix names it."""
    bare = urlsplit(path).path
    try:
        name = resolve(bare).view_name
    except Resolver404:
        return None
    return f"{name}/for" if bare.startswith("/for/") else name


def every_route() -> set[str]:
    """Return the name of every route of the resolver."""
    return {route.name for route in routes()}


@dataclass(frozen=True)
class Stop:
    """A page on the way: the route that led to it, and the path that was asked for."""

    route: str
    path: str
    status: int


def roam(
    window: Window, starts: Iterable[str], seen: set[str], *, each: int = 1
) -> Iterator[Stop]:
    """Open pages by their links, `each` of every route that is not in `seen`.

    The starts are opened in any case, for their links. What was opened is in `seen`
    afterwards; the window shows the page while the caller has the stop.
    """
    counted: dict[str, int] = {}
    asked: set[str] = set()
    waiting = list(starts)
    first = set(waiting)
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        if route is None or route in NEVER or path in asked:
            continue
        wanted = route not in seen and counted.get(route, 0) < each
        if not wanted and path not in first:
            continue
        asked.add(path)
        status = window.open(path)
        there = window.page.url.removeprefix(window.address)
        if route_of(there) != route:
            # It led elsewhere: what it leads to is another page, and this is none.
            if route_of(there) not in {"account_login", *NEVER}:
                waiting.append(there)
            continue
        if wanted:
            counted[route] = counted.get(route, 0) + 1
            yield Stop(route, path, status)
        waiting += [
            link.removeprefix(window.address).partition("#")[0]
            for link in window.page.evaluate(LINKS)
            if link.startswith(window.address)
        ]
    seen.update(counted)
