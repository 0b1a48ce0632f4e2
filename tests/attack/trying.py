"""How the attacks are made: each address with real ids, each form as a browser has it.

Each request is undone afterwards, unless it is meant to stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web.clinic import Clinic, notes_condition, own, starts
from tests.web.signing import signed_in

from concord.web.chart.models import Enrolment, Entry, PrescribingAuthority
from concord.web.chart.policy import Actor
from concord.web.pages.asking import now


@dataclass(frozen=True)
class Address:
    """A route of the site with ids put in."""

    name: str
    path: str
    gaps: tuple[str, ...] = ()


def addresses(
    ids: Mapping[str, object], resolver: URLResolver | None = None, before: str = ""
) -> Iterator[Address]:
    """Yield an address of each route; a gap that has no id gets one that is nowhere."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(ids, entry, pattern)
        elif isinstance(entry, URLPattern):
            first, *rest = pattern.split("<")
            path, gaps = "/" + first, []
            for part in rest:
                gap, _, after = part.partition(">")
                name = gap.rpartition(":")[2]
                gaps.append(name)
                path += f"{ids.get(name, 1 if name == 'pk' else uuid4())}{after}"
            yield Address(entry.name or pattern, path, tuple(gaps))


def actor_of(clinic: Clinic, name: str) -> Actor:
    if name in ("amara", "ben"):
        return own(getattr(clinic, name))
    found = getattr(clinic, name)
    assert isinstance(found, Actor)
    return found


class Browsers(dict[str, Client]):
    """A browser for each actor, signed in when it is first wanted, and for nobody."""

    def __init__(self, actor: Callable[[str], Actor]) -> None:
        super().__init__()
        self._actor = actor

    def __missing__(self, name: str) -> Client:
        nobody = name == "anonymous"
        self[name] = Client() if nobody else signed_in(self._actor(name))
        return self[name]


@dataclass(frozen=True)
class Held:
    """The clinic with something in each record, and a browser for each actor."""

    clinic: Clinic
    line: str
    condition: str
    bens_line: str
    bens_condition: str
    browsers: Browsers

    def actor(self, name: str) -> Actor:
        return actor_of(self.clinic, name)

    @property
    def ids(self) -> dict[str, object]:
        """What is Amara's, and Riverside's."""
        amara = self.clinic.amara
        return {
            "person": amara,
            "line": self.line,
            "grant": self.clinic.grant,
            "relationship": self.clinic.relation["noor"],
            "enrolment": Enrolment.objects.get(person=amara, programme=None).id,
            "staff": self.clinic.ruth.id,
            "membership": self.clinic.ruth.membership,
            "authority": authority_of(self.clinic.ruth.membership),
        }

    @property
    def theirs(self) -> dict[str, object]:
        """What is Ben's, and Hillside's: the same gaps."""
        return {
            "line": self.bens_line,
            "relationship": self.clinic.relation["olga"],
            "enrolment": Enrolment.objects.get(person=self.clinic.ben).id,
            "staff": self.clinic.olga.id,
            "membership": self.clinic.olga.membership,
            "authority": authority_of(self.clinic.olga.membership),
        }


def authority_of(membership: UUID | None) -> UUID:
    found = PrescribingAuthority.objects.filter(membership=membership).first()
    assert found is not None
    return found.id


# One of each kind of actor that the clinic has, who may do something there.
ACTING = ("ruth", "noor", "tomas", "cora", "alma", "hana", "amara", "maya")


def held(clinic: Clinic) -> Held:
    """Put something in each record, and sign everyone in."""
    line = starts(clinic.ruth, clinic.amara, "sertraline")
    condition = notes_condition(clinic.ruth, clinic.amara, "Amaranth fever")
    bens = starts(clinic.olga, clinic.ben, "lithium")
    his = notes_condition(clinic.olga, clinic.ben, "Benign tremor")
    browsers = Browsers(lambda name: actor_of(clinic, name))
    return Held(clinic, line, condition, bens, his, browsers)


@dataclass(frozen=True)
class Answer:
    """What a request was answered with; `failed` is the error that it ended in."""

    status: int
    page: str
    leads_to: str = ""
    failed: str = ""

    @property
    def refused(self) -> bool:
        to_sign_in = self.status == 302 and "/login" in self.leads_to
        return to_sign_in or self.status in (401, 403, 404, 405)


class _UndoneError(Exception):
    """Raised to undo what a request did."""


def tries(
    browser: Client,
    method: str,
    path: str,
    data: Any = None,
    *,
    keep: bool = False,
    **headers: str,
) -> Answer:
    """Ask, and undo all that it did; an error of the server is told, not raised."""
    copy = Client(raise_request_exception=True)
    copy.cookies = SimpleCookie(browser.cookies.output(header="", sep=";"))
    answer = Answer(0, "")
    try:
        with transaction.atomic():
            answer = _answered(copy, method, path, data, headers)
            if not keep or answer.failed:
                raise _UndoneError
    except _UndoneError:
        pass
    return answer


def _answered(
    browser: Client, method: str, path: str, data: Any, headers: Mapping[str, str]
) -> Answer:
    given: dict[str, Any] = {"headers": headers}
    if isinstance(data, (bytes, str)):
        kind = headers.get("Content-Type", "application/x-www-form-urlencoded")
        given |= {"data": data, "content_type": kind}
    elif data is not None:
        given["data"] = data
    try:
        found = getattr(browser, method.lower())(path, **given)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
        return Answer(500, "", failed=f"{type(error).__name__}: {error}"[:200])
    page = b"".join(found) if found.streaming else found.content
    return Answer(
        found.status_code,
        page.decode(errors="replace"),
        found.headers.get("Location", ""),
    )


# --- forms ------------------------------------------------------------------------


@dataclass
class Form:
    """A form of a page: what a browser would send, and which fields hold text."""

    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told.get("action", ""), told.get("method", "get").lower())
            self.forms.append(self._form)
        form, name = self._form, told.get("name", "")
        if form is None:
            return
        if tag == "option" and self._select:
            if told.get("value"):
                form.choices.setdefault(self._select, []).append(told["value"])
            if "selected" in told:
                form.fields[self._select] = [told.get("value", "")]
        if not name or "disabled" in told:
            return
        if tag == "select":
            self._select = name
            form.fields.setdefault(name, [])
        elif tag == "textarea":
            form.texts.append(name)
            form.fields[name] = [""]
        elif tag == "button":
            form.choices.setdefault(name, []).append(told.get("value", ""))
        elif tag == "input":
            self._input(form, name, told)

    def _input(self, form: Form, name: str, told: dict[str, str]) -> None:
        kind = told.get("type", "text")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(told.get("value", "on"))
            if "checked" in told:
                form.fields.setdefault(name, []).append(told.get("value", "on"))
        elif kind not in ("submit", "file"):
            if kind != "hidden":
                form.texts.append(name)
            form.fields[name] = [told.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page that write something, but the one that signs out."""
    parser = _Forms()
    parser.feed(page)
    return [
        f
        for f in parser.forms
        if f.method == "post"
        and not f.action.endswith(("/logout/", "/leave/", "/stay/"))
    ]


_SOON = now().date() + timedelta(weeks=6)
# What a field takes that is more than words, by the end of its name.
_RIGHT = {
    "birth": "1984-03-07",
    "email": "someone@example.org",
    "first": _SOON.isoformat(),
    "last": (_SOON + timedelta(days=1)).isoformat(),
    "until": (_SOON + timedelta(days=1)).isoformat(),
    "jurisdiction": "US-MA",
    "from_years": "14",
    "until_years": "18",
    "dose": "50",
    "times": "1",
    "clock": "08:00",
    "value": "5",
    "day": "3",
    "month": "2",
    "year": "2026",
}
_CHOSEN = {
    "how_often": "times",
    "unit": "mg",
    "d0-unit": "mg",
    "d0-how_often": "times",
    "told": "sent",
    "step": "save",
    "role": "nurse",
    "subject": "parent:read",
    "same_dose": "same",
    "with_dose": "same",
    "becomes": "as-it-is",
}
_LEFT_EMPTY = ("dose_max", "most", "hours", "every", "needed_for", "abated_day",
               "abated_month", "abated_year", "until_day", "until_month", "until_year",
               "q")  # fmt: skip


def filled(form: Form, text: str = "Words that fit") -> dict[str, Any]:
    """Return what somebody sends who fills every field of a form rightly."""
    sent: dict[str, Any] = {name: list(told) for name, told in form.fields.items()}
    for name, choices in form.choices.items():
        wanted = _CHOSEN.get(name)
        if wanted in choices:
            sent[name] = [wanted]
        elif not any(sent.get(name, ())):
            sent[name] = choices[:1]
    for name in form.texts:
        bare = name.rpartition("-")[2]
        if bare in _LEFT_EMPTY:
            continue
        right = _RIGHT.get(bare) or _RIGHT.get(bare.rpartition("_")[2])
        if right is not None:
            sent[name] = [right]
        elif not any(sent[name]):
            sent[name] = [text]
    return sent


# --- what is there ----------------------------------------------------------------


def rows() -> dict[str, set[tuple[Any, ...]]]:
    """Return every row of the chart but its log, as it is in the database."""
    return {
        model._meta.label: {
            tuple(str(value) for value in row)
            for row in model._base_manager.values_list()
        }
        for model in apps.get_app_config("chart").get_models()
        if model is not Entry and model.__name__ not in ("Tip", "Head", "StoredReview")
    }


def entries(person: UUID) -> int:
    return Entry.objects.filter(subject=person).count()


def of_ben(held: Held) -> tuple[int, ...]:
    """Return how much there is about Ben."""
    ben = held.clinic.ben
    return tuple(
        model._base_manager.filter(person=ben).count()
        for model in apps.get_app_config("chart").get_models()
        if any(f.name == "person" for f in model._meta.fields)
        and model.__name__ != "StoredReview"
    )
