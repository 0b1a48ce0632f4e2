"""Patient, practitioners, organisations, consents."""

from __future__ import annotations

from concord.exchange import fhir
from concord.exchange.mapping.context import Context, Item, line_of
from concord.exchange.mapping.values import day, first_code, name_of, period, words
from concord.exchange.problems import LeftError, Place
from concord.record.model import (
    Consent,
    Identifier,
    Name,
    Organisation,
    Person,
    Practitioner,
    Sex,
)

_US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
_BIRTH_SEX = (f"{_US_CORE}us-core-birthsex", f"{_US_CORE}us-core-sex")
_PRONOUNS = (
    "http://hl7.org/fhir/StructureDefinition/individual-pronouns",
    f"{_US_CORE}us-core-individual-pronouns",
)
_ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
_SEXES = {
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "248152002": Sex.FEMALE,
    "m": Sex.MALE,
    "male": Sex.MALE,
    "248153007": Sex.MALE,
    "other": Sex.OTHER,
}


def person(given: fhir.Patient, item: Item, context: Context, place: Place) -> Person:
    """Return the person; the sex told at birth is taken for clinical use."""
    if given.deceased_boolean:
        place.note(
            "deceasedBoolean",
            "a death without its date",
            "deceasedDateTime",
            "add the date; it was taken as not known",
        )
    preferred = sorted(given.communication, key=lambda c: not c.preferred)
    return Person(
        **line_of(item, given.meta, context),
        identifiers=tuple(
            Identifier(system=i.system, value=i.value)
            for i in given.identifier
            if i.value
        ),
        names=tuple(
            Name(text=text, use=n.use) for n in given.name if (text := name_of(n))
        ),
        birth=day(given.birth_date, "birthDate", place),
        sex=_sex(given),
        pronouns=_pronouns(given),
        languages=tuple(
            text
            for c in preferred
            if (text := first_code(c.language) or words(c.language))
        ),
        zone=next((e.value_code for e in given.extension if e.url == _ZONE), None),
        died=day(given.deceased_date_time, "deceasedDateTime", place),
    )


def _sex(given: fhir.Patient) -> Sex:
    told = [
        e.value_code or (e.value_coding.code if e.value_coding else None)
        for e in given.extension
        if e.url in _BIRTH_SEX
    ]
    for code in (*told, given.gender):
        sex = _SEXES.get((code or "").lower())
        if sex is not None:
            return sex
    return Sex.UNKNOWN


def _pronouns(given: fhir.Patient) -> str | None:
    for extension in given.extension:
        if extension.url in _PRONOUNS:
            for part in (extension, *extension.extension):
                text = words(part.value_codeable_concept)
                if text:
                    return text
    return None


def practitioner(
    given: fhir.Practitioner, item: Item, context: Context, _: Place
) -> Practitioner:
    """Return someone on the care team, with what they are qualified as."""
    return Practitioner(
        **line_of(item, given.meta, context),
        name=next((t for n in given.name if (t := name_of(n))), None),
        roles=tuple(t for q in given.qualification if (t := words(q.code))),
    )


def practitioner_role(
    given: fhir.PractitionerRole, item: Item, context: Context, _: Place
) -> Practitioner:
    """Return someone in a role, as a line of its own."""
    who = context.party(given.practitioner)
    concepts = (*given.code, *given.specialty)
    return Practitioner(
        **line_of(item, given.meta, context),
        name=who.name if who else None,
        roles=tuple(t for c in concepts if (t := words(c))),
    )


def organisation(
    given: fhir.Organization, item: Item, context: Context, _: Place
) -> Organisation:
    """Return a clinic, hospital, pharmacy or plan."""
    return Organisation(**line_of(item, given.meta, context), name=given.name)


def consent(given: fhir.Consent, item: Item, context: Context, place: Place) -> Consent:
    """Return a consent as recorded."""
    if given.status == "entered-in-error":
        raise LeftError("entered in error")
    provision = given.provision
    permits = {"permit": True, "deny": False}.get((provision and provision.type) or "")
    return Consent(
        **line_of(item, given.meta, context),
        status=given.status,
        scope=first_code(given.scope) or words(given.scope),
        permits=permits,
        period=period(provision.period, "provision.period", place)
        if provision
        else None,
    )
