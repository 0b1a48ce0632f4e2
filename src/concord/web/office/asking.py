"""What every page of the office does: read it, ask a form, say what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.errors import DeniedError, ImpossibleChangeError
from concord.web.chart.actions.offices import Office, read_office
from concord.web.pages.asking import action_key, actor_of, now

# What was done, as the page after it says; the address names only the word.
DONE = {
    "added": "Added.",
    "enrolled": "Enrolled.",
    "ended": "Ended. It holds from this moment.",
    "begun": "Begun. It holds from this moment.",
    "covered": "The cover is kept.",
    "phone": "The number is kept.",
    "plan": "Kept. People read it from now on.",
    "on-call": "The time on call is kept.",
    "given": "Given. It holds from this moment.",
    "reviewed": "Kept, with your name, in the log of the person too.",
}


class _Has(Protocol):
    @property
    def id(self) -> UUID: ...


T = TypeVar("T", bound=_Has)


def office_of(request: HttpRequest, person: UUID | None = None) -> Office:
    """Return the office of the one who asks, read and logged, for one person or all.

    Raises `DeniedError` for staff who run none, and for a person not enrolled there.
    """
    return read_office(actor=actor_of(request), now=now(), person=person)


def staff_office_of(request: HttpRequest, person: UUID | None = None) -> Office:
    """Return the office of one who may change its staff, or raise `DeniedError`."""
    office = office_of(request, person)
    if not office.runs_staff:
        raise DeniedError("role")
    return office


def the(items: Iterable[T], id_: UUID) -> T:
    """Return the one with this id; a foreign one is answered like a missing one."""
    for item in items:
        if item.id == id_:
            return item
    raise DeniedError("not-found")


def page(
    request: HttpRequest, template: str, office: Office, **more: Any
) -> HttpResponse:
    """Return a page of the office, with what was just done where it says so."""
    context = {"office": office, "done": DONE.get(request.GET.get("done", ""))}
    return render(request, f"office/{template}.html", context | more)


def done(word: str, to: str, *args: Any) -> HttpResponse:
    """Return the way back to a page, which then says what was done."""
    return redirect(f"{reverse(f'office:{to}', args=args)}?done={word}")


def ask(
    request: HttpRequest,
    office: Office,
    *,
    make: Callable[[Mapping[str, Any] | None], forms.Form],
    write: Callable[[dict[str, Any], UUID], HttpResponse],
    title: str,
    button: str,
    back: tuple[str, str],
    lead: str = "",
    danger: bool = False,
) -> HttpResponse:
    """Return the page of a form, or what follows once it was written.

    What cannot be is said beside what was typed, under the same action key. `back` is
    an address and its name.
    """
    form = make(None)
    status = 200
    if request.method == "POST":
        form = make(request.POST)
        # The include puts it back, so that a form sent twice is done once.
        form.key = key = action_key(request)  # type: ignore[attr-defined]
        if form.is_valid():
            try:
                return write(form.cleaned_data, key)
            except ImpossibleChangeError as error:
                form.add_error(None, str(error))
        status = 422
    context = {
        "office": office,
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "danger": danger,
        "back": back[0],
        "back_name": back[1],
    }
    return render(request, "office/ask.html", context, status=status)


class Nothing(forms.Form):
    """A form that asks only whether."""
