"""From a file, a folder or bytes to the record of one person."""

from __future__ import annotations

import gc
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from concord.errors import UnusableInputError
from concord.exchange import fhir
from concord.exchange.kinds import KNOWN, NOT_USED, READ, UNKNOWN, WHY_LEFT
from concord.exchange.mapping import clinical, medicines, people
from concord.exchange.mapping.context import Context, Item, item_of, typed
from concord.exchange.mapping.values import name_of
from concord.exchange.problems import (
    Import,
    LeftError,
    Place,
    Problem,
    Tally,
    kind_of,
)
from concord.exchange.reading import Document, Source, documents
from concord.exchange.recognise import Recogniser
from concord.exchange.versions import OTHER_TYPES, Sign, cannot_be, other_version
from concord.record.model import Encounter, Line, Record
from concord.terms import PartialDate

_Mapping = tuple[str, type[fhir.Element], Callable[[Any, Item, Context, Place], Line]]

# FHIR's type -> the field of the record, the wire form, the mapping.
_MAPPINGS: dict[str, _Mapping] = {
    "Condition": ("conditions", fhir.Condition, clinical.condition),
    "AllergyIntolerance": ("allergies", fhir.AllergyIntolerance, clinical.allergy),
    "MedicationRequest": ("medications", fhir.MedicationRequest, medicines.order),
    "MedicationStatement": ("medications", fhir.MedicationStatement, medicines.report),
    "MedicationDispense": ("dispensings", fhir.MedicationDispense, medicines.fill),
    "MedicationAdministration": (
        "dose_events",
        fhir.MedicationAdministration,
        medicines.dose_event,
    ),
    "Observation": ("observations", fhir.Observation, clinical.observation),
    "QuestionnaireResponse": (
        "responses",
        fhir.QuestionnaireResponse,
        clinical.response,
    ),
    "Encounter": ("encounters", fhir.Encounter, clinical.encounter),
    "Procedure": ("procedures", fhir.Procedure, clinical.procedure),
    "CarePlan": ("plans", fhir.CarePlan, clinical.plan),
    "Goal": ("goals", fhir.Goal, clinical.goal),
    "Consent": ("consents", fhir.Consent, people.consent),
    "Practitioner": ("practitioners", fhir.Practitioner, people.practitioner),
    "PractitionerRole": (
        "practitioners",
        fhir.PractitionerRole,
        people.practitioner_role,
    ),
    "Organization": ("organisations", fhir.Organization, people.organisation),
}
# msgspec's words: "Expected `str`, got `int` - at `$.dosageInstruction[0].text`".
_WRONG = re.compile(
    r"Expected `(?P<expected>[^`]+)`(?:, got `(?P<found>[^`]+)`)?"
    r"(?: - at `\$\.?(?P<path>[^`]*)`)?"
)
_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "decimal": "a number",
}


def read(
    source: Source,
    recognise: Recogniser,
    *,
    read_at: datetime,
    system: str = "file",
    name: str | None = None,
) -> Import:
    """Return the record of one person, with its problems and its counts.

    `source` is a path, bytes or an open binary file: a Bundle, one resource, a folder
    of either, or NDJSON.
    A resource that does not fit costs itself.
    `read_at` (with its zone) is when a thing was recorded of which the input tells no
    time; `system` names the source where a resource does not; `name` is what problems
    call the input.
    Raises `UnusableInputError` for what cannot be one person's FHIR R4 in JSON, and
    `NoSuchFileError` where nothing is there.
    """
    with _no_collection():
        return _Reading(recognise, read_at, system).read(source, name)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector of reference cycles away while there are none to find.

    JSON is a tree: with a large bundle in hand the collector would walk all of it
    again and again, for a third of the time. What is let go is freed all the same.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Reading:
    """One import while it is being read."""

    def __init__(self, recogniser: Recogniser, read_at: datetime, system: str) -> None:
        self._recogniser = recogniser
        self._read_at = read_at
        self._system = system
        self._problems: list[Problem] = []
        self._items: list[Item] = []
        self._seen: dict[str, int] = {}
        self._read: Counter[str] = Counter()
        self._left: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._other: list[tuple[Item, Sign]] = []
        self._cannot_be: set[str] = set()
        self._file = "input"

    def read(self, source: Source, name: str | None) -> Import:
        for document in documents(source, name, self._problems):
            self._file = document.file
            self._take(document)
        self._judge_version()
        person, mine = self._of_one_person()
        context = Context(
            self._items,
            recogniser=self._recogniser,
            system=self._system,
            read_at=self._read_at,
        )
        context.know_names(_names(self._items))
        fields: defaultdict[str, list[Line]] = defaultdict(list)
        for item in mine:
            self._map(item, context, fields)
        record = Record(
            person=self._person(person, context),
            **{field: tuple(lines) for field, lines in fields.items()},  # type: ignore[arg-type]
        )
        return Import(
            record=record, problems=tuple(self._problems), read=self._tallies()
        )

    # --- taking in ----------------------------------------------------------------

    def _take(self, document: Document) -> None:
        """Sort a document's resources: those we read are kept, the rest counted."""
        content = document.content
        if not isinstance(content, dict) or "resourceType" not in content:
            found = kind_of(content) if not isinstance(content, dict) else "an object"
            self._unusable(
                document,
                f"{found} without `resourceType`",
                "a FHIR R4 resource or Bundle",
            )
            return
        if content["resourceType"] == "Bundle":
            sign = other_version("Bundle", content)
            if sign is not None:
                self._unusable(
                    document, f"FHIR {sign.version} (by its {sign.element})", "FHIR R4"
                )
                return
            if not isinstance(content.get("entry", []), list):
                self._unusable(document, "an `entry` that is no list", "a FHIR Bundle")
                return
        for entry, url, resource in _resources(content, document.entry, None):
            self._keep(document.file, entry, url, resource)

    def _unusable(self, document: Document, found: str, expected: str) -> None:
        """Refuse a document that stands alone; one of many costs itself."""
        if document.entry is None and not document.of_many:
            msg = (
                f"{document.file}: found {found}, expected {expected}; export it again"
            )
            raise UnusableInputError(msg)
        self._problems.append(
            Problem(
                file=document.file,
                entry=document.entry,
                found=found,
                expected=expected,
                do="export it again; it was left out",
            )
        )

    def _keep(
        self, file: str, entry: str | None, url: str | None, resource: Any
    ) -> None:
        if not isinstance(resource, dict):
            place = Place(self._problems, file, entry, UNKNOWN)
            place.note(None, kind_of(resource), "a resource", "export it again")
            self._left[UNKNOWN]["not a resource"] += 1
            return
        kind = resource.get("resourceType")
        if not isinstance(kind, str) or kind not in KNOWN:
            place = Place(self._problems, file, entry, UNKNOWN)
            place.note(
                "resourceType",
                "a word that names no resource type of R4"
                if isinstance(kind, str)
                else kind_of(kind),
                "a resource type of FHIR R4",
                "export it again as FHIR R4",
            )
            self._left[UNKNOWN]["no resource type of R4"] += 1
            return
        read_here = kind in READ
        sign = (
            other_version(kind, resource) if read_here or kind in OTHER_TYPES else None
        )
        if not read_here and sign is None:
            self._left[kind][WHY_LEFT.get(kind, NOT_USED)] += 1
            return
        item = item_of(file, entry, kind, url, resource)
        if sign is not None:
            self._other.append((item, sign))
            return
        self._cannot_be |= cannot_be(kind, resource)
        self._once(item)

    def _once(self, item: Item) -> None:
        """Keep a resource once: of two versions the later one, in its first place."""
        line = item.line
        index = self._seen.setdefault(line, len(self._items))
        if index == len(self._items):
            self._items.append(item)
            return
        self._left[item.kind]["the same resource twice, the later one was read"] += 1
        if _updated(item) >= _updated(self._items[index]):
            self._items[index] = item

    def _judge_version(self) -> None:
        """Refuse an input of another version; in one of R4 leave what is of another."""
        for item, sign in self._other:
            if sign.version not in self._cannot_be:
                shown = " ".join(p for p in (item.file, item.entry, item.kind) if p)
                msg = (
                    f"{shown}: {sign.element}: found FHIR {sign.version}, expected "
                    "FHIR R4; export it as FHIR R4"
                )
                raise UnusableInputError(msg)
        for item, sign in self._other:
            place = Place(self._problems, item.file, item.entry, item.kind, item.id)
            place.note(
                sign.element,
                f"what only FHIR {sign.version} has",
                "FHIR R4",
                "export it as FHIR R4; it was left out",
            )
            self._left[item.kind][f"FHIR {sign.version}"] += 1

    # --- whose it is --------------------------------------------------------------

    def _of_one_person(self) -> tuple[Item | None, list[Item]]:
        """Return the Patient, and what belongs to them: a record is one person's."""
        patients = [i for i in self._items if i.kind == "Patient"]
        if len(patients) > 1:
            places = " and ".join(
                " ".join(p for p in (i.file, i.entry) if p) for i in patients[:2]
            )
            msg = (
                f"{places}: found {len(patients)} different Patients, expected one: "
                "a record is of one person; split the input by person"
            )
            raise UnusableInputError(msg)
        person = patients[0] if patients else None
        names: set[str] = set()
        if person is not None:
            # A bundle's URNs go on pointing by id when its resources stand alone.
            names = {person.line, person.url or person.line, f"urn:uuid:{person.id}"}
        mine = []
        for item in self._items:
            if item.kind == "Patient":
                continue
            subject = _subject(item.content)
            if subject is None or not names:
                if subject is not None:
                    names = {subject}
                mine.append(item)
            elif subject in names:
                mine.append(item)
            elif person is None:
                self._two_subjects(item)
            else:
                self._strange(item)
        if person is None:
            self._no_patient()
        return person, mine

    def _two_subjects(self, item: Item) -> None:
        place = " ".join(p for p in (item.file, item.entry, item.kind) if p)
        msg = (
            f"{place}: subject: found a second person, expected one: a record is of "
            "one person; split the input by person"
        )
        raise UnusableInputError(msg)

    def _strange(self, item: Item) -> None:
        Place(self._problems, item.file, item.entry, item.kind, item.id).note(
            "subject",
            "a reference to somebody else than the Patient",
            "the one Patient of the input",
            "check whose it is; it was left out",
        )
        self._left[item.kind]["about somebody else"] += 1

    def _no_patient(self) -> None:
        file = self._items[0].file if self._items else self._file
        self._problems.append(
            Problem(
                file=file,
                found="no Patient",
                expected="one Patient",
                do="add it: without age and sex several rules cannot be checked",
            )
        )

    # --- mapping ------------------------------------------------------------------

    def _person(self, item: Item | None, context: Context) -> Any:
        if item is None:
            return None
        place = Place(self._problems, item.file, item.entry, "Patient")
        given = self._convert(item, fhir.Patient, place)
        if given is None:
            return None
        self._read["Patient"] += 1
        return people.person(given, item, context, place)

    def _map(
        self, item: Item, context: Context, fields: defaultdict[str, list[Line]]
    ) -> None:
        if item.kind == "Medication":
            self._read["Medication"] += 1
            return
        field, form, mapping = _MAPPINGS[item.kind]
        place = Place(self._problems, item.file, item.entry, item.kind, item.id)
        given = self._convert(item, form, place)
        if given is None:
            return
        try:
            line = mapping(given, item, context, place)
        except LeftError as why:
            self._left[item.kind][str(why)] += 1
            return
        self._read[item.kind] += 1
        fields[field].append(line)
        if isinstance(line, Encounter):
            fields["settings"].extend(clinical.settings(line))

    def _convert(self, item: Item, form: type[fhir.Element], place: Place) -> Any:
        try:
            return msgspec.convert(item.content, form)
        except msgspec.ValidationError as error:
            wrong = _WRONG.match(str(error))
            found = wrong["found"] if wrong else None
            expected = wrong["expected"] if wrong else ""
            place.note(
                (wrong["path"] if wrong else None) or None,
                _WORDS.get(found or "", "another shape"),
                _WORDS.get(expected.removesuffix(" | null"), "what FHIR R4 has there"),
                "correct it at the source; the resource was left out",
            )
            self._left[item.kind]["not the shape that FHIR R4 gives it"] += 1
            return None

    def _tallies(self) -> dict[str, Tally]:
        kinds = sorted(self._read.keys() | self._left.keys())
        return {
            kind: Tally(
                read=self._read[kind],
                left=self._left[kind].total() if kind in self._left else 0,
                why=dict(sorted(self._left[kind].items()))
                if kind in self._left
                else {},
            )
            for kind in kinds
        }


def _resources(
    content: dict[str, Any], entry: str | None, url: str | None
) -> Iterator[tuple[str | None, str | None, Any]]:
    """Yield each resource of a document with its place, bundles in bundles unpacked."""
    if content.get("resourceType") != "Bundle":
        yield entry, url, content
        return
    entries = content.get("entry")
    for number, inner in enumerate(entries if isinstance(entries, list) else ()):
        place = f"{entry}.entry[{number}]" if entry else f"entry[{number}]"
        if not isinstance(inner, dict):
            yield place, None, inner
            continue
        if "resource" not in inner:
            continue  # an answer without content, as in a batch response
        full = inner.get("fullUrl")
        url = full if isinstance(full, str) else None
        resource = inner["resource"]
        if isinstance(resource, dict) and resource.get("resourceType") == "Bundle":
            yield from _resources(resource, place, url)
        else:
            yield place, url, resource


def _updated(item: Item) -> datetime:
    meta = item.content.get("meta")
    text = meta.get("lastUpdated") if isinstance(meta, dict) else None
    try:
        when = PartialDate.parse(text).moment if isinstance(text, str) else None
    except (ValueError, OverflowError):
        when = None
    return when or datetime.min.replace(tzinfo=UTC)


def _subject(content: dict[str, Any]) -> str | None:
    """Return the reference to the person, as `Patient/id` where it says so."""
    subject = content.get("subject") or content.get("patient")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(reference, str) or not reference:
        return None
    return typed(reference) or reference


def _names(items: list[Item]) -> dict[str, str]:
    """Return the names of practitioners and organisations by line id."""
    names: dict[str, str] = {}
    for item in items:
        try:
            if item.kind == "Practitioner":
                given = msgspec.convert(item.content, fhir.Practitioner)
                text = next((t for n in given.name if (t := name_of(n))), None)
            elif item.kind == "Organization":
                text = msgspec.convert(item.content, fhir.Organization).name
            else:
                continue
        except msgspec.ValidationError:
            continue
        if text:
            names[item.line] = text
    return names
