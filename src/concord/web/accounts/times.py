"""How long a session lasts: an idle end that only a person puts off, an absolute one.

trust.md SEC-17. Staff are signed out after 15 minutes without acting, persons and
caregivers after 30, everyone 12 hours after they signed in. Nothing in a request can
extend it but being one that a person makes: a page that was asked for, a form that was
sent. What a page asks for by itself (htmx, fetch, prefetch) never does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from concord.web.accounts.sending_again import sign_in_again
from concord.web.accounts.sessions import BEGAN
from concord.web.pages import asking

_SAFE = ("GET", "HEAD", "OPTIONS")
# htmx names the trigger; a part of a page that polls calls it this.
_POLL = "poll"


class Times:
    """Ends sessions that are over, before anything looks at who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response, to nobody where the session is over."""
        given: Any = request
        if request.user.is_authenticated:
            now = asking.now()
            ends = ends_at(request)
            if ends is None or now >= ends:
                request.session.flush()
                request.user = AnonymousUser()
            else:
                if acted(request):
                    given.session.act(now)
                    ends = ends_at(request) or now
                given.idle_seconds = int((ends - now).total_seconds())
                given.idle_warning = settings.SESSION_WARNING
        return self._for_who_is_signed_out(request, self._get_response(request))

    def _for_who_is_signed_out(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        """Keep what was typed, where the answer would be to sign in.

        A form that was sent is kept to be sent again; a part of a page is not replaced
        by the page of sign-in.
        """
        to = response.headers.get("Location", "")
        if request.user.is_authenticated or urlsplit(to).path != reverse(
            settings.LOGIN_URL
        ):
            return response
        if request.path.startswith(reverse("accounts")):
            return response
        if "HX-Request" in request.headers:
            return HttpResponse(status=401)
        if request.method == "POST":
            return sign_in_again(request)
        return response


def ends_at(request: HttpRequest) -> datetime | None:
    """Return when a session is over unless one acts; `None` if it never began."""
    session: Any = request.session
    began = session.get(BEGAN)
    acted_at: datetime | None = session.acted_at
    if not isinstance(began, int) or acted_at is None:
        return None
    user: Any = request.user
    idle = timedelta(seconds=settings.SESSION_IDLE[user.actor_kind])
    absolute = datetime.fromtimestamp(began, tz=acted_at.tzinfo) + timedelta(
        seconds=settings.SESSION_COOKIE_AGE
    )
    return min(acted_at + idle, absolute)


def acted(request: HttpRequest) -> bool:
    """Return whether a person made this request, and not their page by itself."""
    headers = request.headers
    if headers.get("HX-Trigger") == _POLL:
        return False
    if request.method not in _SAFE:
        return True
    purposes = (headers.get("Sec-Purpose", ""), headers.get("Purpose", ""))
    return (
        request.method == "GET"
        and "HX-Request" not in headers
        and headers.get("X-Requested-With") is None
        and headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and not any("prefetch" in purpose for purpose in purposes)
        and request.path != reverse("account_stay")
    )
