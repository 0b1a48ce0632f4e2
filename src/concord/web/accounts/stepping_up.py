"""Step-up: before some actions a person shows again, now, that it is they.

trust.md SEC-18: prescribing and overriding an interruption, export, a change of
consent, breaking the glass, a change of role, rotation of keys. It holds for five
minutes (`ACCOUNT_REAUTHENTICATION_TIMEOUT`); signing in counts as one.

A form that needs it and comes without is kept in the page that asks, and is sent with
the answer: the view then sees it as it was, with the same action key. Files cannot be
kept: a form with a file asks for the step-up when it is first shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    reauthenticate_by_password,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.web.accounts.credentials import with_readable
from concord.web.accounts.forms import CodeForm, PasswordForm
from concord.web.accounts.sending_again import kept

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
# The names of the fields with which one answers begin so; no view sees them.
_OURS = "step_up-"
_WAS_GET = f"{_OURS}was_get"
_CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def stepped_up(view: View[P]) -> View[P]:
    """Return the view for those who stepped up; others are asked first.

    It goes inside the decorator that lets actors in: `@for_staff` then `@stepped_up`.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        asked = step_up(request)
        return view(request, *args, **kwargs) if asked is None else asked

    return cast("View[P]", guarded)


def step_up(request: HttpRequest) -> HttpResponse | None:
    """Return nothing where the step-up is fresh, else the page that asks for it.

    For a view in which only some requests need it.
    """
    answered = any(name.startswith(_OURS) for name in request.POST)
    problem: forms.Form | None = None
    if answered:
        problem = _wrong(request)
        if problem is None:
            was_get = _WAS_GET in request.POST
            _take_away(request)
            return redirect(request.get_full_path()) if was_get else None
    elif did_recently_reauthenticate(request):
        return None
    return _ask(request, problem)


def _forms(request: HttpRequest, data: Any = None) -> dict[str, forms.Form]:
    """Return the ways in which this account can answer, by name."""
    user: Any = request.user
    given: dict[str, Any] = {"user": user, "data": data, "prefix": _OURS[:-1]}
    ways: dict[str, forms.Form] = {}
    if is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN]):
        ways["credential"] = ReauthenticateWebAuthnForm(**given)
    if is_mfa_enabled(user, list(_CODES)):
        ways["code"] = CodeForm(**given)
    return ways or {"password": PasswordForm(**given)}


def _wrong(request: HttpRequest) -> forms.Form | None:
    """Return the form that was answered wrongly; nothing where it was right."""
    ways = _forms(request, with_readable(request.POST))
    name = next((name for name in ways if f"{_OURS}{name}" in request.POST), None)
    if name is None:
        return next(iter(ways.values()))
    form: Any = ways[name]
    if not form.is_valid():
        return cast("forms.Form", form)
    if name == "password":
        reauthenticate_by_password(request)
    else:
        form.save()
    return None


def _take_away(request: HttpRequest) -> None:
    """Take the answer out of what the view is given."""
    given: Any = request
    rest = request.POST.copy()
    for name in [name for name in rest if name.startswith(_OURS)]:
        del rest[name]
    given.POST = rest


def _ask(request: HttpRequest, problem: forms.Form | None) -> HttpResponse:
    ways = _forms(request)
    context: dict[str, Any] = {
        "fields": kept(request, but=_OURS),
        "to": request.get_full_path(),
        "was_get": request.method != "POST" or _WAS_GET in request.POST,
        "form": problem if problem and "credential" not in problem.fields else None,
        "passkey": ways.get("credential"),
        "problem": problem,
    }
    context["form"] = context["form"] or ways.get("code") or ways.get("password")
    if "credential" in ways:
        context["js_data"] = {"request_options": begin_authentication(request.user)}
    response = render(request, "accounts/step_up.html", context, status=403)
    if "HX-Request" in request.headers:
        response.headers["HX-Retarget"] = response.headers["HX-Reselect"] = "#content"
        response.headers["HX-Reswap"] = "outerHTML"
    return response
