"""Help now: open to everybody, the same for everybody, and there without a network."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from concord.web.person.lines import FILE, help_lines

# What the service worker keeps for a phone without a network: files of the look, and
# the two public pages. No page of a record is ever among them (trust.md SEC-12).
STATIC = (
    "pages/concord.css",
    "pages/filling.css",
    "pages/mark.svg",
    "person/person.css",
    "person/person.js",
    "person/plain.svg",
)
_PUBLIC = ("person:help", "person:offline")
_JAVASCRIPT = "text/javascript; charset=utf-8"


@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Show who can be reached now; nothing on it is about the person who looks."""
    return _public(request, "person/help.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what stands in the place of a page while there is no network."""
    return _public(request, "person/offline.html")


def _public(request: HttpRequest, template: str) -> HttpResponse:
    """Return a page that reads no session, so that its copy is anybody's.

    It is rendered without the request: no name, no token and no mode can get in.
    """
    del request
    help_ = help_lines()
    context = {"help": help_, "leave": help_.leave, "tab": "help"}
    return HttpResponse(render_to_string(template, context))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, which names the files that it keeps."""
    kept = [*map(static, STATIC), *map(reverse, _PUBLIC)]
    context = {
        "cache": f"concord-{version()}",
        "kept": json.dumps(kept),
        "offline": reverse("person:offline"),
    }
    return render(request, "person/worker.js", context, content_type=_JAVASCRIPT)


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """Return how a phone shows the site on its home screen: a name that says little."""
    about = {
        "name": "Concord",
        "short_name": "Concord",
        "start_url": reverse("person:today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f7f5",
        "theme_color": "#f6f7f5",
        "icons": [
            {"src": static("person/plain.svg"), "sizes": "any", "type": "image/svg+xml"}
        ],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@cache
def version() -> str:
    """Return a digest of all that the worker keeps: when it changes, so does the cache.

    Worked out once a process, from the files that it was started with.
    """
    digest = hashlib.sha256()
    templates = Path(__file__).parent / "templates" / "person"
    for name in STATIC:
        found = finders.find(name)
        digest.update(Path(str(found)).read_bytes() if found else name.encode())
    crisis = Path(__file__).parents[1] / "pages" / "templates" / "pages" / "crisis.html"
    for file in (
        FILE,
        crisis,
        *(templates / f"{n}.html" for n in ("base", "help", "offline")),
    ):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
