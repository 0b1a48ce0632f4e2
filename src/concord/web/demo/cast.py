"""Who is in the demonstration: invented people and staff, as plain values.

Miami Valley Psychiatry Associates is a clinic with a Part 2 programme, the Scioto
Recovery Clinic. Wolf Creek Family Practice is another organisation of the same install.

Kayla Brennan is seen by both sides of the wall: the clinic knows of her alprazolam,
the programme of her buprenorphine too. Andre Baptiste is the programme's alone.
Dr. Ito is on leave, and Dr. Menon covers for her: Miguel Santos-Reyes is on his panel
for that reason only.
"""

from __future__ import annotations

from concord.terms import Value
from concord.web.chart.actions.offices import Role

CLINIC = "Miami Valley Psychiatry Associates"
PROGRAMME = "Scioto Recovery Clinic"
PRACTICE = "Wolf Creek Family Practice"
# Numbers that are set aside for fiction.
PHONES = {CLINIC: "937-555-0140", PRACTICE: "937-555-0162"}
ZONE = "America/New_York"
# A domain that can never be real (RFC 6761).
DOMAIN = "demo.example"
# Printed, and good for the demonstration only: `making.load` sets it nowhere else, and
# `serving.check_database` serves no database in which it is set.
PASSWORD = "only for the demonstration"  # noqa: S105


class Somebody(Value, frozen=True, kw_only=True):
    """One sign-in: who it is, what they are, and what to look at as them."""

    key: str
    name: str
    what: str
    see: str
    at: str = ""
    role: Role | None = None
    programme: bool = False
    schedules: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The address that signs in."""
        return f"{self.key}@{DOMAIN}"


class Patient(Value, frozen=True, kw_only=True):
    """One of the ten: whose record, held by whom, looked after by whom.

    `before` is the part of the record that the clinic outside the programme has: ids
    of the bundle's resources.
    """

    record: str
    at: str
    brought_by: str
    team: tuple[str, ...] = ()
    programme: bool = False
    before: frozenset[str] = frozenset()
    before_by: str | None = None
    before_team: tuple[str, ...] = ()


_ALL = ("II", "III", "IV", "V")

STAFF = (
    Somebody(
        key="ravi",
        name="Dr. Ravi Menon",
        what="psychiatrist",
        see="the panel: a crisis task of Morgan; Dana takes sertraline twice",
        at=CLINIC,
        role=Role.PRESCRIBER,
        schedules=_ALL,
    ),
    Somebody(
        key="naomi",
        name="Dr. Naomi Ito",
        what="psychiatrist, on leave",
        see="Miguel, whom Dr. Menon covers",
        at=CLINIC,
        role=Role.PRESCRIBER,
        schedules=_ALL,
    ),
    Somebody(
        key="chidi",
        name="Chidi Nwosu",
        what="psychiatric nurse practitioner",
        see="Morgan: an answer about suicide to take up; Priya",
        at=CLINIC,
        role=Role.PRESCRIBER,
        schedules=_ALL,
    ),
    Somebody(
        key="grace",
        name="Grace Cho",
        what="psychiatric pharmacist",
        see="Terrence stopped smoking on clozapine",
        at=CLINIC,
        role=Role.PHARMACIST,
        schedules=("III", "IV", "V"),
    ),
    Somebody(
        key="amy",
        name="Amy Larsen",
        what="nurse",
        see="the same people, without the right to change an order",
        at=CLINIC,
        role=Role.NURSE,
    ),
    Somebody(
        key="elena",
        name="Elena Ruiz",
        what="therapist",
        see="Morgan and Dana, to read and to note care",
        at=CLINIC,
        role=Role.THERAPIST,
    ),
    Somebody(
        key="marta",
        name="Marta Novak",
        what="care coordinator",
        see="the people she coordinates, and the office",
        at=CLINIC,
        role=Role.COORDINATOR,
    ),
    Somebody(
        key="owen",
        name="Owen Price",
        what="administrator",
        see="the office: names, and nothing clinical",
        at=CLINIC,
        role=Role.ADMINISTRATOR,
    ),
    Somebody(
        key="simon",
        name="Dr. Simon Lowe",
        what="addiction medicine, Part 2 programme",
        see="Kayla with her buprenorphine; Andre, just released from custody",
        at=CLINIC,
        programme=True,
        role=Role.PRESCRIBER,
        schedules=_ALL,
    ),
    Somebody(
        key="tess",
        name="Tess Whelan",
        what="coordinator, Part 2 programme",
        see="the programme's own office",
        at=CLINIC,
        programme=True,
        role=Role.COORDINATOR,
    ),
    Somebody(
        key="helen",
        name="Dr. Helen Marsh",
        what="family physician",
        see="Stanisław, 82, on twelve medicines; Minh, of whom little is known",
        at=PRACTICE,
        role=Role.PRESCRIBER,
        schedules=_ALL,
    ),
    Somebody(
        key="rita",
        name="Rita Vance",
        what="nurse practitioner",
        see="Stanisław",
        at=PRACTICE,
        role=Role.PRESCRIBER,
        schedules=("III", "IV", "V"),
    ),
    Somebody(
        key="beth",
        name="Beth Carver",
        what="administrator",
        see="the other organisation's office",
        at=PRACTICE,
        role=Role.ADMINISTRATOR,
    ),
)

PEOPLE = (
    Patient(
        record="dana-okafor",
        at=CLINIC,
        brought_by="ravi",
        team=("amy", "elena", "marta"),
    ),
    Patient(
        record="miguel-santos-reyes",
        at=CLINIC,
        brought_by="naomi",
        team=("grace",),
    ),
    Patient(
        record="terrence-whitfield",
        at=CLINIC,
        brought_by="ravi",
        team=("grace", "amy", "marta"),
    ),
    Patient(
        record="priya-raghunathan",
        at=CLINIC,
        brought_by="chidi",
        team=("ravi",),
    ),
    Patient(
        record="morgan-ellis",
        at=CLINIC,
        brought_by="chidi",
        team=("ravi", "elena", "amy"),
    ),
    Patient(
        record="lucia-fernandez-mora",
        at=CLINIC,
        brought_by="ravi",
        team=("amy", "marta"),
    ),
    Patient(
        record="kayla-brennan",
        at=CLINIC,
        programme=True,
        brought_by="simon",
        # The urgent care clinic, its clinician, alprazolam, panic disorder, and that
        # no allergy is known.
        before=frozenset(
            {
                "3e1335ec-74c5-58e6-a7a7-4e58e48595ea",
                "9e9b5f4c-ce0a-5da2-8d5d-e7415a80c008",
                "b0e2b96a-5ee6-5e63-9469-efdef907261d",
                "15614024-1d37-5849-b4d6-9d0374296b70",
                "2ddb2f9d-59db-513f-8e25-e750ab19deb0",
            }
        ),
        before_by="ravi",
        before_team=("amy",),
    ),
    Patient(
        record="andre-baptiste",
        at=CLINIC,
        programme=True,
        brought_by="simon",
        team=("tess",),
    ),
    Patient(
        record="stanislaw-kowalczyk",
        at=PRACTICE,
        brought_by="helen",
        team=("rita",),
    ),
    Patient(
        record="minh-nguyen",
        at=PRACTICE,
        brought_by="helen",
        team=("rita",),
    ),
)

# The people who sign in to their own pages, by their record.
THEMSELVES = {
    "dana-okafor": Somebody(
        key="dana",
        name="Dana Okafor",
        what="person",
        see="her own pages",
    ),
    "kayla-brennan": Somebody(
        key="kayla",
        name="Kayla Brennan",
        what="person",
        see="all of her record, her recovery clinic's part too",
    ),
    "stanislaw-kowalczyk": Somebody(
        key="stanislaw",
        name="Stanisław Kowalczyk",
        what="person",
        see="twelve medicines in plain words",
    ),
}
# Whom a form waits for, and who filled one in with an answer above zero to the question
# on suicide; the answers add up to 14 (moderate).
FORM_FOR = "dana-okafor"
ANSWERED_BY = "morgan-ellis"
ANSWERS = {
    "interest": 2,
    "mood": 2,
    "sleep": 3,
    "energy": 2,
    "appetite": 1,
    "worth": 2,
    "concentration": 1,
    "movement": 0,
    "self-harm": 1,
    "difficulty": 2,
}
CRISIS_TEXTS = {
    "en": "Our nurse line answers Monday to Friday, 8 am to 6 pm. You can come in "
    "then, and ask for the nurse."
}
NEXT_STEP = (
    "Call the person on the same day. Ask about plan and means, make or renew the plan "
    "for safety, and look at how much medicine is at home."
)
CAREGIVER = Somebody(
    key="ewa",
    name="Ewa Kowalczyk",
    what="caregiver: Stanisław's daughter",
    see="what he lets her see, and report",
)
CARED_FOR = "stanislaw-kowalczyk"

SIGN_INS = (*STAFF, *THEMSELVES.values(), CAREGIVER)
