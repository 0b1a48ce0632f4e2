"""Who asks: from a request to the actor of the chart, the moment and the action key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from concord.errors import DeniedError
from concord.web.chart.policy import Actor, ActorKind, Purpose, purpose_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
# Where the session keeps the membership under which staff act.
MEMBERSHIP = "membership"


def now() -> datetime:
    """Return the moment; the one clock of the pages, so that tests can set it."""
    return datetime.now(UTC)  # noqa: TID251 - a page is asked for now


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor that a signed-in account stands for.

    Raises `DeniedError` where nobody is signed in.
    """
    user: Any = request.user
    if not user.is_authenticated:
        raise DeniedError("not-signed-in")
    membership = request.session.get(MEMBERSHIP)
    return Actor(
        kind=ActorKind(user.actor_kind),
        id=user.actor,
        membership=UUID(membership) if membership else None,
    )


def purpose(request: HttpRequest, person: UUID) -> Purpose:
    """Return what for: treatment, an emergency (broken glass) or one's own."""
    return purpose_of(actor_of(request), person, now())


def action_key(request: HttpRequest) -> UUID:
    """Return the key that the form was given, so that sent twice it is done once.

    A form without one, or with nonsense in it, gets a new key: it is then done anew.
    """
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def for_(*kinds: ActorKind) -> Callable[[View[P]], View[P]]:
    """Return a decorator that lets in signed-in actors of these kinds only.

    Another kind is answered as if the page did not exist.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if actor_of(request).kind not in kinds:
                raise DeniedError("not-listed")
            return view(request, *args, **kwargs)

        return cast("View[P]", login_required(guarded))

    return decorate


for_staff = for_(ActorKind.STAFF)
