"""Forms that could not be taken just now: kept in the page, to be sent again.

What was typed goes back to the browser that sent it, in hidden fields with the same
action key, and is kept nowhere else; so nothing is lost and nothing is done twice.
Passwords and codes are never among it; files cannot be.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


def kept(request: HttpRequest, *, but: str = "\0") -> list[tuple[str, str]]:
    """Return the fields that were sent, in their order, without tokens and secrets.

    `but` is the beginning of names that are left out as well.
    """
    if request.path.startswith(reverse("accounts")):
        return []
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name != _TOKEN and not name.startswith(but) and "password" not in name
    ]


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Return the page that asks for sign-in in another tab, and keeps a form."""
    context = {"fields": kept(request), "to": request.get_full_path()}
    return render(request, "accounts/sign_in_again.html", context, status=403)


def refuse_token(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's
    """Return the answer to a form without the right token.

    After signing in again in another tab the token of an open page is an old one: the
    form is shown to be sent again. A form that came from another site is not kept.
    """
    ours = f"{request.scheme}://{request.get_host()}"
    same = request.headers.get("Origin") == ours
    context = {
        "fields": kept(request) if same else [],
        "to": request.get_full_path(),
        "same": same,
    }
    return render(request, "accounts/send_again.html", context, status=403)
