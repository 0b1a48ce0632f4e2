"""Leave: out of the site at once, signed out, to a page that anybody might read."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from concord.web.person.lines import help_lines


# Without a token, since the pages that work without a network have none; a stranger's
# page cannot use it to sign somebody out, for the session cookie is not sent with it.
@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and send the browser away, with nothing kept to go back to.

    The script leaves before this is answered, and only tells it to; without a script
    the answer itself goes on: a form may not be redirected to another site (the content
    policy), so an empty page does it.
    """
    logout(request)
    neutral = help_lines().leave
    response = HttpResponse(render_to_string("person/leave.html", {"leave": neutral}))
    response.headers["Refresh"] = f"0; url={neutral.address}"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
