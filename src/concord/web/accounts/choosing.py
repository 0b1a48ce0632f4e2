"""Under which of their memberships staff act."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from concord.web.chart.policy import memberships_of
from concord.web.pages import asking


@asking.for_staff
def choose_membership(request: HttpRequest) -> HttpResponse:
    """Show the memberships that are one's own and hold now, and take the chosen one."""
    mine = memberships_of(asking.actor_of(request).id, asking.now())
    on = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST":
        chosen = request.POST.get("membership", "")
        if chosen in {str(membership.id) for membership in mine}:
            request.session[asking.MEMBERSHIP] = chosen
            safe = url_has_allowed_host_and_scheme(on, {request.get_host()})
            return redirect(on if safe else "home")
    context = {
        "memberships": mine,
        "now": request.session.get(asking.MEMBERSHIP),
        "next": on,
    }
    return render(request, "accounts/choose_membership.html", context)
