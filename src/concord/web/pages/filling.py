"""Filling in a form, one question a page: the same for a person and for staff.

Each answer is kept as it is given, so that nothing is lost whatever becomes of the
page. Who fills in what is decided by the chart; here is only how it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.errors import ImpossibleAnswersError, ImpossibleChangeError
from concord.followup.crisis import Hours, reads_at
from concord.followup.scoring import Given
from concord.knowledge.model import AnswerSet, ScaleItem, Translation
from concord.web.chart.actions.asking import LONGEST_WORDS
from concord.web.chart.actions.forms import Form
from concord.web.pages.asking import action_key

LANGUAGE = "in"
# What `filling.js` sends, to be told where to go instead of being sent there.
BY_SCRIPT = "X-Filling"
GO_ON = "X-Next"
# What this page itself calls the languages.
LANGUAGES = {"en": "English", "es": "Español"}
# With more numbers than this to choose from, one is written and not chosen.
_MOST_CHOICES = 11
_DAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen; `crisis` where it asks for help at once."""

    value: Decimal
    text: str
    chosen: bool
    crisis: bool


@dataclass(frozen=True)
class Question:
    """One question as a page asks it, in one language."""

    number: int
    way: str
    item: str
    text: str
    about: str
    help: str
    choices: tuple[Choice, ...]
    low: Decimal | None
    high: Decimal | None
    ends: tuple[str, str] | None
    said: str
    left_open: bool
    answered: bool
    optional: bool

    @property
    def in_words(self) -> bool:
        """Whether it is answered in words."""
        return not self.choices and self.low is None


@dataclass(frozen=True)
class Sheet:
    """A form that is being filled in: in which language, on whose pages.

    `way` gives the address of a part of it: `start`, a question's number, `check`.
    """

    form: Form
    language: str
    base: str
    way: Callable[[str | int], str]

    @property
    def words(self) -> Translation | None:
        """The official translation that is read; none for the form's own English."""
        found = self.form.scale.translation
        return next((t for t in found if t.language == self.language), None)

    @property
    def title(self) -> str:
        """The title of the scale in the language that is read."""
        return self.words.title if self.words else self.form.scale.title

    @property
    def instruction(self) -> str:
        """What stands before the first question."""
        own = self.form.scale.form.instruction if self.form.scale.form else None
        return (self.words.instruction if self.words else own) or ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question that is still asked."""
        return tuple(
            self._question(number, item)
            for number, item in enumerate(self.form.asked, start=1)
        )

    @property
    def first_open(self) -> int | None:
        """The number of the first question without an answer, or `None`."""
        return next((q.number for q in self.questions if not q.answered), None)

    @property
    def count(self) -> int:
        """How many questions were answered or left open on purpose."""
        return sum(1 for q in self.questions if q.answered)

    def _question(self, number: int, item: ScaleItem) -> Question:
        form, words = self.form.scale.form, self.words
        assert form is not None  # noqa: S101 - only such forms are sent
        answers = form.answers_of(item)
        said = self.form.answers.get(item.id)
        choices = self._choices(item, answers)
        numbers = answers is not None and not choices
        about = (words.about if words else form.about) or ""
        given = said.given if said else None
        shown = ""
        if given is not None and given.text is not None:
            shown = given.text
        elif given is not None and given.value is not None:
            shown = next(
                (c.text for c in choices if c.value == given.value), str(given.value)
            )
        ends = None
        if answers is not None and answers.lowest_text and answers.highest_text:
            ends = (answers.lowest_text, answers.highest_text)
        return Question(
            number=number,
            way=self.way(number),
            item=item.id,
            text=(words.items.get(item.id) if words else item.text) or item.id,
            about=about,
            help=item.help or "" if words is None else "",
            choices=choices,
            low=answers.low if numbers and answers else None,
            high=answers.high if numbers and answers else None,
            ends=ends,
            said=shown,
            left_open=given is not None and not shown,
            answered=given is not None,
            optional=item.optional,
        )

    def _choices(
        self, item: ScaleItem, answers: AnswerSet | None
    ) -> tuple[Choice, ...]:
        if answers is None:
            return ()
        said = self.form.answers.get(item.id)
        chosen = said.given.value if said else None
        asks = self.form.scale.suicide_item
        from_ = asks.from_answer if asks and asks.item == item.id else None
        if answers.choice:
            texts = self.words.answers.get(answers.id) if self.words else None
            pairs = [
                (c.value, texts[n] if texts else c.text or str(c.value))
                for n, c in enumerate(answers.choice)
            ]
        elif answers.high - answers.low < _MOST_CHOICES:
            whole = range(int(answers.low), int(answers.high) + 1)
            pairs = [(Decimal(n), str(n)) for n in whole]
        else:
            return ()
        return tuple(
            Choice(
                value=value,
                text=text,
                chosen=value == chosen,
                crisis=from_ is not None and value >= from_,
            )
            for value, text in pairs
        )


def offered(form: Form) -> tuple[str, ...]:
    """Return the languages of a form in which somebody may be asked on this site."""
    return tuple(
        one for one in form.scale.languages if one in settings.REVIEWED_LANGUAGES
    )


def language_of(request: HttpRequest, form: Form, spoken: Iterable[str]) -> str:
    """Return the language of a form: as asked for, else the first that is spoken."""
    asked = (request.GET.get(LANGUAGE, ""), *spoken)
    there = offered(form)
    return next((lang[:2] for lang in asked if lang[:2] in there), there[0])


def ask(
    request: HttpRequest,
    sheet: Sheet,
    number: int,
    keep: Callable[[Given, UUID], str | None],
    **more: Any,
) -> HttpResponse:
    """Return the page of a question, or what follows once its answer was kept.

    `keep` keeps an answer under an action key, and returns where to go at once instead
    of to the next question, if anywhere.
    """
    questions = sheet.questions
    if not 1 <= number <= len(questions):
        return redirect(sheet.way("check"))
    question = questions[number - 1]
    problem = None
    if request.method == "POST":
        given, problem = _given(request, question)
        if given is not None:
            try:
                instead = keep(given, action_key(request))
            except ImpossibleAnswersError:
                problem = "This is not one of the answers. Choose one of them."
            else:
                return _go(request, instead or _after(sheet, number))
    context = {
        "base": sheet.base,
        "sheet": sheet,
        "question": question,
        "total": len(questions),
        "problem": problem,
        "typed": request.POST.get("words", question.said),
        "longest": LONGEST_WORDS,
        "back": sheet.way(number - 1) if number > 1 else sheet.way("start"),
        "crisis_item": any(c.crisis for c in question.choices),
        **more,
    }
    status = 422 if problem else 200
    return render(request, "pages/filling/question.html", context, status=status)


def check(
    request: HttpRequest, sheet: Sheet, send: Callable[[UUID], str], **more: Any
) -> HttpResponse:
    """Return the page of all answers, or what follows once they are sent."""
    problem = None
    if request.method == "POST":
        try:
            return _go(request, send(action_key(request)))
        except ImpossibleChangeError as error:
            if not sheet.form.fillable:
                raise
            problem = _plain(error)
    context = {
        "base": sheet.base,
        "sheet": sheet,
        "questions": sheet.questions,
        "open": [q for q in sheet.questions if not q.answered and not q.optional],
        "problem": problem,
        **more,
    }
    status = 422 if problem else 200
    return render(request, "pages/filling/check.html", context, status=status)


def over(request: HttpRequest, sheet: Sheet, **more: Any) -> HttpResponse:
    """Return the page of a form that takes no answer now, with why."""
    context = {"base": sheet.base, "sheet": sheet, "state": sheet.form.state, **more}
    return render(request, "pages/filling/over.html", context, status=409)


def _plain(_error: ImpossibleChangeError) -> str:
    return "Nothing is answered yet. Answer one question at least."


def _go(request: HttpRequest, where: str) -> HttpResponse:
    """Return the way on: to a browser as it is, to the script as a word."""
    if BY_SCRIPT in request.headers:
        return HttpResponse(status=204, headers={GO_ON: where})
    return redirect(where)


def _after(sheet: Sheet, number: int) -> str:
    return sheet.way(number + 1 if number < len(sheet.questions) else "check")


def _given(request: HttpRequest, question: Question) -> tuple[Given | None, str | None]:
    """Return what was answered, or what is wrong with it."""
    if "skip" in request.POST:
        return Given(item=question.item), None
    if question.in_words:
        words = request.POST.get("words", "").strip()
        if not words:
            return None, "Write an answer, or leave the question open."
        if len(words) > LONGEST_WORDS:
            return None, f"Write it shorter: {LONGEST_WORDS} letters at most."
        return Given(item=question.item, text=words), None
    told = request.POST.get("answer", "").strip()
    if not told:
        return None, "Choose an answer, or leave the question open."
    try:
        value = Decimal(told)
    except InvalidOperation:
        return None, "This is not one of the answers. Choose one of them."
    return Given(item=question.item, value=value), None


# --- who reads, and when ----------------------------------------------------------


@dataclass(frozen=True)
class Reads:
    """Who reads a form, when somebody reads there at all, and whether now."""

    who: str
    where: str
    when: str
    now: bool


def reads(
    who: str, where: str, hours: tuple[Hours, ...], zone: str, now: datetime
) -> Reads:
    """Return who reads and when, in words."""
    there = now.astimezone(ZoneInfo(zone))
    return Reads(
        who=who, where=where, when=hours_in_words(hours), now=reads_at(hours, there)
    )


def hours_in_words(hours: Iterable[Hours]) -> str:
    """Return hours in words, days that are alike together; nothing for none.

    `Monday to Thursday 9 am to 5 pm, Friday 9 am to 1 pm`.
    """
    by_day: dict[int, list[str]] = {}
    for one in sorted(hours, key=lambda h: (h.day, h.begins)):
        span = f"{_clock(one.begins)} to {_clock(one.ends)}"
        by_day.setdefault(one.day, []).append(span)
    runs: list[tuple[int, int, str]] = []
    for day, spans in by_day.items():
        told = " and ".join(spans)
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == told:
            runs[-1] = (runs[-1][0], day, told)
        else:
            runs.append((day, day, told))
    return ", ".join(f"{_days(first, last)} {told}" for first, last, told in runs)


def _days(first: int, last: int) -> str:
    if first == last:
        return _DAYS[first]
    joined = "and" if last == first + 1 else "to"
    return f"{_DAYS[first]} {joined} {_DAYS[last]}"


def _clock(time: str) -> str:
    hour, minute = (int(part) for part in time.split(":"))
    if (hour, minute) in ((0, 0), (24, 0)):
        return "midnight"
    if (hour, minute) == (12, 0):
        return "noon"
    half = "am" if hour < 12 else "pm"
    shown = (hour - 1) % 12 + 1
    return f"{shown}:{minute:02} {half}" if minute else f"{shown} {half}"
