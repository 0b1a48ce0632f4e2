"""The pages of one's own sign-in that allauth does not have as we want them."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from concord.web.accounts.models import Session, User
from concord.web.accounts.sessions import SessionStore, end_sessions
from concord.web.accounts.times import ends_at
from concord.web.pages import asking

# The demonstration's room may list its sign-ins; a site without it lists none.
SIGNINS = ["demo/signins.html", "accounts/nothing.html"]


class SignIn(LoginView):  # type: ignore[misc]
    """Signs in by address and password; in a demonstration, with its sign-ins below."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page is made of."""
        return {**super().get_context_data(**kwargs), "signins": SIGNINS}


class SignOut(LogoutView):  # type: ignore[misc]
    """Signs out by POST alone, and has the browser forget what it kept."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the way to the sign-in page."""
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


@method_decorator(login_required, name="dispatch")
class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """Changes one's password, where there is one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the page; who signs in by passkey alone has nothing to change."""
        user: Any = request.user
        if not user.has_usable_password():
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)


@require_safe
def _how_long(request: HttpRequest) -> HttpResponse:
    """Return how many seconds are left; asking extends nothing."""
    return _left(request)


def _left(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"seconds": 0}, status=401)
    ends = ends_at(request)
    left = 0 if ends is None else int((ends - asking.now()).total_seconds())
    return JsonResponse({"seconds": left})


def stay(request: HttpRequest) -> HttpResponse:
    """Return how many seconds are left: asked by GET, extended by POST (`Times`)."""
    return _left(request) if request.method == "POST" else _how_long(request)


@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where the account is signed in, and end the other sessions."""
    user: Any = request.user
    session: Any = request.session
    if request.method == "POST":
        end_sessions(user.id, but=session.session_key)
        return redirect("account_sessions")
    here = SessionStore.row_of(session.session_key)
    rows = [{"acted_at": row.acted_at, "here": row.pk == here} for row in _open(user)]
    return render(request, "accounts/sessions.html", {"sessions": rows})


def _open(user: User) -> list[Session]:
    open_ = Session.objects.filter(account=user.id, expire_date__gt=timezone.now())
    return list(open_.order_by("-acted_at"))
