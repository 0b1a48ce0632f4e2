"""What the office types: parsed once, into the words of the chart."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms

from concord.followup.crisis import Hours
from concord.record import model as rec
from concord.terms import PartialDate
from concord.web.chart.actions.crisis_plans import LONGEST_TEXT, Plan
from concord.web.chart.actions.offices import Basis, Member, Office, Part, Power, Role

ROLES = {
    Role.PRESCRIBER: "Prescriber",
    Role.PHARMACIST: "Pharmacist",
    Role.NURSE: "Nurse",
    Role.THERAPIST: "Therapist",
    Role.COORDINATOR: "Coordinator",
    Role.ADMINISTRATOR: "Administrator",
}
POWERS = {
    Power.READ: "See the record",
    Power.READ_PART_2: "See what a substance use programme made, too",
    Power.REPORT: "Report what is taken",
}
# What an age rule may be about: what a person does alone, and what a parent's grant
# gives.
SUBJECTS = {
    "read_record": "The person sees their own record",
    "give_grant": "The person lets others take part",
    "parent:read": "A parent sees the record",
    "parent:read_part_2": "A parent sees what a substance use programme made",
    "parent:report": "A parent reports what is taken",
}
# The schedules of controlled substances, as 21 U.S.C. 812 numbers them.
SCHEDULES = ("II", "III", "IV", "V")
_OLDEST_LIMIT = 130
# Who may be on call: those whom an emergency lets in.
ON_CALL = (Role.PRESCRIBER, Role.PHARMACIST, Role.NURSE)


def open_to(office: Office) -> tuple[Part, ...]:
    """Return the programmes in which this office may enrol or assign."""
    return tuple(
        part
        for part in office.programmes
        if not part.part_2 or part.id == office.programme
    )


# Days that every zone and every sum of days can hold.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _DayField(forms.DateField):
    """A day of these centuries."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=_Day(), **more)

    def validate(self, value: date | None) -> None:
        """Refuse a day that no plan can mean."""
        super().validate(value)
        if value is not None and not _FIRST_DAY <= value <= _LAST_DAY:
            msg = "Write a day between 1900 and 2199."
            raise forms.ValidationError(msg)


def _programmes(office: Office, parts: tuple[Part, ...]) -> forms.TypedChoiceField:
    """Return the field of a programme; none is the organisation itself."""
    return forms.TypedChoiceField(
        label="Programme",
        choices=[("", office.name), *((str(p.id), p.name) for p in parts)],
        coerce=UUID,
        empty_value=None,
        required=False,
        initial=str(office.programme or ""),
    )


class AddPerson(forms.Form):
    """Who is new; nothing clinical is asked here."""

    name = forms.CharField(label="Full name", max_length=200)
    birth = forms.CharField(
        label="Date of birth",
        max_length=10,
        help_text="Year, month and day, like 1984-03-07. A year alone will do.",
    )
    number = forms.CharField(
        label="Your own number for them",
        max_length=64,
        required=False,
        help_text="A second identifier, as on your paper or in your other system.",
    )
    another = forms.BooleanField(
        label="Yes, this is somebody else of the same name",
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Any, *, office: Office) -> None:
        super().__init__(data)
        self._names = {one.name.casefold() for one in office.people}
        self.fields["programme"] = _programmes(office, open_to(office))

    def clean_birth(self) -> PartialDate:
        """Return the day, month or year of birth."""
        try:
            return PartialDate.parse(self.cleaned_data["birth"])
        except ValueError:
            msg = "Write it like 1984-03-07, 1984-03 or 1984."
            raise forms.ValidationError(msg) from None

    def clean(self) -> dict[str, Any]:
        """Ask once more where somebody of this name is enrolled."""
        cleaned = super().clean() or {}
        name = cleaned.get("name", "").casefold()
        if name in self._names and not cleaned.get("another"):
            # Seen from now on: a second record of one person splits what is known.
            self.fields["another"].widget = forms.CheckboxInput()
            msg = (
                "Somebody of this name is enrolled. If it is the same person, go back "
                "and open their page; if not, say so below."
            )
            self.add_error("another", msg)
        return cleaned

    def who(self, system: str) -> rec.Person:
        """Return the person as the first line of their record."""
        number = self.cleaned_data["number"]
        return rec.Person(
            id="person",
            names=(rec.Name(text=self.cleaned_data["name"]),),
            birth=self.cleaned_data["birth"],
            identifiers=(rec.Identifier(system=system, value=number),)
            if number
            else (),
        )


class Enrol(forms.Form):
    """In which programme."""

    def __init__(self, data: Any, *, office: Office) -> None:
        super().__init__(data)
        self.fields["programme"] = _programmes(office, open_to(office))


class BeginCare(forms.Form):
    """Who looks after them."""

    def __init__(self, data: Any, *, members: tuple[Member, ...]) -> None:
        super().__init__(data)
        self.fields["membership"] = _members("Who looks after them", members)


def _members(label: str, members: tuple[Member, ...]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "Choose"), *((str(m.id), told(m)) for m in members)],
        coerce=UUID,
    )


def told(member: Member) -> str:
    """Return who a member is, in one line."""
    where = f", {member.programme.name}" if member.programme else ""
    return f"{member.name}, {ROLES[member.role].lower()}{where}"


class Phone(forms.Form):
    """Where people can call the organisation, or one of its programmes."""

    phone = forms.RegexField(
        r"^[0-9+(). -]{3,40}$",
        label="Number",
        required=False,
        max_length=40,
        help_text="Empty: none is told.",
        error_messages={
            "invalid": "Found something that is no telephone number; type digits, "
            "spaces, dashes, dots, brackets and +."
        },
    )

    def __init__(self, data: Any, *, office: Office) -> None:
        super().__init__(data, initial={"phone": office.phone})
        self.fields["programme"] = _programmes(office, office.programmes)


class TakeOn(forms.Form):
    """Who is new among the staff."""

    name = forms.CharField(label="Full name", max_length=200)
    role = forms.TypedChoiceField(
        label="Role", choices=[(r.value, w) for r, w in ROLES.items()], coerce=Role
    )

    def __init__(self, data: Any, *, office: Office) -> None:
        super().__init__(data)
        self.fields["programme"] = _programmes(office, office.programmes)


class GiveMembership(forms.Form):
    """One more role or programme for somebody of the staff."""

    role = forms.TypedChoiceField(
        label="Role", choices=[(r.value, w) for r, w in ROLES.items()], coerce=Role
    )

    def __init__(self, data: Any, *, office: Office) -> None:
        super().__init__(data)
        self.fields["programme"] = _programmes(office, office.programmes)


class GiveAuthority(forms.Form):
    """What somebody may order, where, and by which rule."""

    jurisdiction = forms.CharField(
        label="Where", max_length=64, help_text="A state or country, like US-OH."
    )
    schedules = forms.MultipleChoiceField(
        label="Controlled substances, by schedule",
        choices=[(s, f"Schedule {s}") for s in SCHEDULES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None: only what is not controlled.",
    )
    source = forms.CharField(
        label="By which rule or licence",
        max_length=200,
        help_text="A licence number or a law, so that it can be looked up.",
    )
    until = _DayField(label="Last day", required=False)


class CoverForm(forms.Form):
    """Who is away, who has their people meanwhile."""

    first = _DayField(label="First day away")
    last = _DayField(label="Last day away")
    field_order = ("absent", "by", "first", "last")

    def __init__(self, data: Any, *, office: Office, today: date) -> None:
        super().__init__(data)
        self._today = today
        self._members = {m.id: m for m in office.staff}
        self.fields["absent"] = _members("Who is away", office.staff)
        self.fields["by"] = _members("Who covers", office.staff)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Check the two against each other, and the days."""
        cleaned = super().clean() or {}
        absent = self._member(cleaned, "absent")
        by = self._member(cleaned, "by")
        if absent and by:
            if absent.staff == by.staff:
                self.add_error("by", "Nobody covers for themselves.")
            elif absent.programme != by.programme:
                self.add_error("by", "Choose somebody of the same programme.")
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first.")
        elif last and last < self._today:
            self.add_error("last", "This day is past.")
        return cleaned

    def _member(self, cleaned: dict[str, Any], name: str) -> Member | None:
        return self._members[cleaned[name]] if cleaned.get(name) else None


def start_of(day: date, zone: str) -> datetime:
    """Return the moment at which a day begins where the organisation is."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def end_of(day: date, zone: str) -> datetime:
    """Return the moment at which a day is over, which is when the next one begins."""
    return start_of(day + timedelta(days=1), zone)


_SPAN = re.compile(r"(\d{1,2}:\d{2}) ?(?:-|–|to) ?(\d{1,2}:\d{2})")
_WEEK = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip


class CrisisPlanForm(forms.Form):
    """What people are told in a crisis, when somebody reads, what the next step is."""

    text_en = forms.CharField(
        label="Your words, in English",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text="Whom to call, and how. The crisis lines stand there anyway.",
    )
    text_es = forms.CharField(
        label="Your words, in Spanish",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text="Read by somebody qualified. Empty: the English words stand.",
    )
    next_step = forms.CharField(
        label="The next step for staff",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text="What staff do after such an answer. The ASQ is named too.",
    )

    def __init__(self, data: Any, *, plan: Plan) -> None:
        told = {
            day: ", ".join(
                f"{h.begins} to {h.ends}" for h in plan.hours if h.day == day
            )
            for day in range(len(_WEEK))
        }
        super().__init__(
            data,
            initial={
                "text_en": plan.texts.get("en", ""),
                "text_es": plan.texts.get("es", ""),
                "next_step": plan.next_step,
                **{f"hours_{day}": text for day, text in told.items()},
            },
        )
        for day, name in enumerate(_WEEK):
            self.fields[f"hours_{day}"] = forms.CharField(
                label=f"Somebody reads on {name}",
                required=False,
                max_length=60,
                help_text="As 09:00 to 17:00; empty where nobody reads.",
            )

    def clean(self) -> dict[str, Any]:
        """Return the texts that there are, and the hours as times."""
        told = super().clean() or {}
        told["texts"] = {
            language: text.strip()
            for language in ("en", "es")
            if (text := told.get(f"text_{language}", "")).strip()
        }
        told["hours"] = tuple(
            hours for day in range(len(_WEEK)) for hours in self._hours(told, day)
        )
        return told

    def _hours(self, told: dict[str, Any], day: int) -> list[Hours]:
        text = str(told.get(f"hours_{day}") or "").strip()
        found = []
        for part in filter(None, (p.strip() for p in text.split(","))):
            span = _SPAN.fullmatch(part)
            begins, ends = (t.zfill(5) for t in span.groups()) if span else ("", "")
            if not (span and "00:00" <= begins < ends <= "24:00"):
                self.add_error(
                    f"hours_{day}", "Write times as 09:00 to 17:00, the later one last."
                )
                break
            found.append(Hours(day=day, begins=begins, ends=ends))
        return found


class OnCallForm(forms.Form):
    """Who is on call, and from when until when."""

    first = _DayField(label="First day")
    last = _DayField(label="Last day")
    field_order = ("who", "first", "last")

    def __init__(self, data: Any, *, office: Office, today: date) -> None:
        super().__init__(data)
        self._today = today
        able = tuple(m for m in office.staff if m.role in ON_CALL)
        self.fields["who"] = _members("Who is on call", able)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Check the days."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first.")
        elif last and last < self._today:
            self.add_error("last", "This day is past.")
        return cleaned


class AgeRuleForm(forms.Form):
    """From or until which age something holds, and where the law says so."""

    subject = forms.ChoiceField(label="What", choices=list(SUBJECTS.items()))
    from_years = forms.IntegerField(
        label="From this age, in years",
        required=False,
        min_value=0,
        max_value=_OLDEST_LIMIT,
        help_text="From the birthday on.",
    )
    until_years = forms.IntegerField(
        label="Until this age, in years",
        required=False,
        min_value=0,
        max_value=_OLDEST_LIMIT,
        help_text="Up to the day before the birthday.",
    )
    source = forms.CharField(label="The law or rule", max_length=200)
    locator = forms.CharField(label="Section", max_length=200)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one age, the first below the second."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_years"), cleaned.get("until_years")
        if not self.errors and first is None and last is None:
            self.add_error("from_years", "Give at least one of the two ages.")
        if first is not None and last is not None and last <= first:
            self.add_error("until_years", "This is not above the age from which.")
        return cleaned


class ProxyForm(forms.Form):
    """What a parent or guardian may do."""

    name = forms.CharField(label="Their full name", max_length=200)
    basis = forms.TypedChoiceField(
        label="By what right",
        choices=[(Basis.PARENT.value, "Parent"), (Basis.GUARDIAN.value, "Guardian")],
        coerce=Basis,
        help_text="A parent's rights rest on the age rules: no rule, no rights.",
    )
    powers = forms.TypedMultipleChoiceField(
        label="What they may do",
        choices=[(p.value, w) for p, w in POWERS.items()],
        coerce=Power,
        widget=forms.CheckboxSelectMultiple,
    )
    until = _DayField(label="Last day", required=False)


class AccountForm(forms.Form):
    """Where the one-time link goes."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="They sign in with it. Nothing is sent: you hand them the link.",
    )
