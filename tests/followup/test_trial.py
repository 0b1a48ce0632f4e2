"""Was it a fair chance, and what one score says beside an earlier one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from builders import THEN, A, a_case, a_person, cited, daily, day, drug, some_knowledge
from concord.dosing.adherence import Evidence, Figure, Window
from concord.followup.checklist import checklist
from concord.followup.response import (
    Course,
    Judged,
    Response,
    change_rows,
    judge,
    responses,
)
from concord.followup.scoring import Given, score
from concord.followup.trial import Chance, Trial, trial
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Scale
from concord.record import model as rec
from concord.terms import Duration, Quantity

SHIPPED = load()
DEPRESSION = "35489007"
SIX_WEEKS = Duration.parse("6 weeks")


def made(**dose: Any) -> Knowledge:
    """Sertraline, of which 50 mg a day is the least usual dose for an adult."""
    row = {"population": "adult", "start": "25 mg", "usual_low": "50 mg", **dose}
    return some_knowledge(drugs=[drug("sertraline", dose=[cited(**row)])])


MADE = made()


def changed(person: A, dose: str, on: str, kind: str = "dose_changed") -> A:
    """The only medicine of a person, with one more change."""
    (line,) = person.record.medications
    change = rec.Change(
        id=f"change-{on}",
        kind=rec.ChangeKind(kind),
        recorded_at=THEN,
        effective=day(on),
        dosage=(daily(dose),) if kind == "dose_changed" else (),
    )
    line = msgspec.structs.replace(line, changes=(*line.changes, change))
    return A(msgspec.structs.replace(person.record, medications=(line,)))


def the_trial(person: A, on: str, knowledge: Knowledge = MADE) -> Trial:
    case = a_case(person, knowledge, on)
    return trial(case, case.taking[0], SIX_WEEKS)


FIFTY = a_person().taking("sertraline", "50 mg", since="2026-03-01")


@pytest.mark.parametrize(
    ("on", "chance"),
    [
        ("2026-03-01", Chance.TOO_SHORT),
        ("2026-04-11", Chance.TOO_SHORT),
        ("2026-04-12", Chance.ADEQUATE),
    ],
)
def test_six_weeks_at_the_least_usual_dose_are_a_fair_chance(
    on: str, chance: Chance
) -> None:
    found = the_trial(FIFTY, on)
    assert found.chance is chance
    assert found.at_dose_since == date(2026, 3, 1)
    assert found.adequate_from == date(2026, 4, 12)
    assert found.least == Quantity.parse("50 mg")


@pytest.mark.parametrize(
    ("dose", "chance"), [("49 mg", Chance.DOSE_TOO_LOW), ("50 mg", Chance.ADEQUATE)]
)
def test_a_dose_below_it_is_none_however_long(dose: str, chance: Chance) -> None:
    person = a_person().taking("sertraline", dose, since="2025-01-01")
    assert the_trial(person, "2026-06-01").chance is chance


def test_the_weeks_count_from_the_day_on_which_the_dose_was_reached() -> None:
    low = a_person().taking("sertraline", "25 mg", since="2026-03-01")
    raised = changed(low, "50 mg", "2026-04-01")
    # 1 April and six weeks is 13 May.
    assert the_trial(raised, "2026-05-12").chance is Chance.TOO_SHORT
    assert the_trial(raised, "2026-05-13").chance is Chance.ADEQUATE
    assert the_trial(raised, "2026-05-13").at_dose_since == date(2026, 4, 1)
    assert the_trial(raised, "2026-03-31").chance is Chance.DOSE_TOO_LOW


def test_a_higher_dose_does_not_begin_the_weeks_again_and_a_lower_one_ends_them() -> (
    None
):
    raised = changed(FIFTY, "100 mg", "2026-04-01")
    assert the_trial(raised, "2026-04-12").chance is Chance.ADEQUATE
    lowered = changed(FIFTY, "25 mg", "2026-04-01")
    assert the_trial(lowered, "2026-06-01").chance is Chance.DOSE_TOO_LOW
    again = changed(lowered, "50 mg", "2026-05-01")
    assert the_trial(again, "2026-06-01").at_dose_since == date(2026, 5, 1)


def stepped(*steps: tuple[str, str]) -> A:
    """Directions in steps, each a dose and how long it lasts; the last one stays."""
    dosage = tuple(
        msgspec.structs.replace(
            daily(dose),
            sequence=number,
            lasts=Duration.parse(lasts) if lasts else None,
        )
        for number, (dose, lasts) in enumerate(steps, start=1)
    )
    (line,) = FIFTY.record.medications
    first = msgspec.structs.replace(line.changes[0], dosage=dosage)
    line = msgspec.structs.replace(line, changes=(first, *line.changes[1:]))
    return A(msgspec.structs.replace(FIFTY.record, medications=(line,)))


def test_the_weeks_count_from_the_step_that_reaches_the_dose_once_it_has_begun() -> (
    None
):
    person = stepped(("25 mg", "7 days"), ("50 mg", ""))
    assert the_trial(person, "2026-03-07").at_dose_since is None
    assert the_trial(person, "2026-03-08").at_dose_since == date(2026, 3, 8)
    assert the_trial(person, "2026-04-18").chance is Chance.TOO_SHORT
    assert the_trial(person, "2026-04-19").chance is Chance.ADEQUATE


def test_a_least_dose_of_one_milligram_is_reached_by_one() -> None:
    one = a_person().taking("sertraline", "1 mg", since="2026-03-01")
    knowledge = made(usual_low="1 mg", start="0.5 mg")
    assert the_trial(one, "2026-06-01", knowledge).chance is Chance.ADEQUATE


@pytest.mark.parametrize(
    ("person", "knowledge"),
    [
        (a_person().taking("sertraline", since="2026-03-01"), MADE),
        (
            a_person().taking("sertraline", "50 mg", as_needed=True),
            MADE,
        ),
        (a_person().taking("sertraline", "2 {mL}"), MADE),
        (a_person(born=None).taking("sertraline", "50 mg"), MADE),
        (a_person().taking("sertraline", "50 mg"), made(usual_low=None)),
        (a_person().taking("sertraline", "50 mg"), made(by_weight=True)),
    ],
)
def test_a_dose_that_cannot_be_held_against_one_is_not_known(
    person: A, knowledge: Knowledge
) -> None:
    assert the_trial(person, "2026-06-01", knowledge).chance is Chance.DOSE_UNKNOWN


# --- beside an earlier score ------------------------------------------------------


def shipped(name: str) -> Scale:
    return SHIPPED.scales[name]


@pytest.mark.parametrize(
    ("name", "was", "now", "says"),
    # Whether it is a response, remission, a reliable change, worse.
    [
        ("phq-9", 20, 10, (True, False, True, False)),
        ("phq-9", 20, 11, (False, False, True, False)),
        ("phq-9", 8, 4, (True, True, False, False)),
        ("phq-9", 9, 5, (False, False, False, False)),
        ("gad-7", 10, 6, (False, False, True, False)),
        ("gad-7", 10, 7, (False, False, False, False)),
        ("gad-7", 10, 13, (False, False, False, False)),
        ("gad-7", 10, 14, (False, False, False, True)),
        ("pcl-5", 50, 40, (None, None, True, False)),
        ("pcl-5", 50, 41, (None, None, False, False)),
        ("pcl-5", 50, 60, (None, None, False, True)),
        # 58 stands 40 above the floor of 18: half of it is 20.
        ("bprs", 58, 38, (True, None, None, None)),
        ("bprs", 58, 39, (False, None, None, None)),
        ("isi", 20, 12, (True, False, None, False)),
        ("isi", 20, 13, (False, False, None, False)),
        ("isi", 9, 7, (False, True, None, False)),
        # More is better: a fall of ten is for the worse.
        ("who-5", 40, 50, (None, None, None, False)),
        ("who-5", 40, 49, (None, None, None, False)),
        ("who-5", 40, 30, (None, None, None, True)),
    ],
)
def test_a_score_is_judged_by_the_values_of_its_own_scale(
    name: str,
    was: int,
    now: int,
    says: tuple[bool | None, ...],
) -> None:
    found = judge(shipped(name), Decimal(was), Decimal(now))
    assert found is not None
    told = (found.responded, found.remission, found.reliable, found.worse)
    assert told == says


@pytest.mark.parametrize(
    ("name", "was", "now", "noticed"),
    [
        ("phq-9", 15, 10, True),
        ("phq-9", 15, 11, False),
        ("gad-7", 12, 8, True),
        ("gad-7", 12, 9, False),
        # The default stands; the schools of primary care and of veterans do not count.
        ("pcl-5", 50, 40, True),
        ("pcl-5", 50, 41, False),
        ("isi", 20, 14, True),
        ("isi", 20, 15, False),
        ("aims", 8, 6, True),
        ("aims", 8, 7, False),
        # 6.6 points of whole ones: seven.
        ("ymrs", 30, 23, True),
        ("ymrs", 30, 24, False),
        ("madrs", 30, 28, True),
        ("madrs", 30, 29, False),
        ("panss", 90, 74, True),
        ("panss", 90, 75, False),
        ("whodas-12", 20, 11, True),
        ("whodas-12", 20, 12, False),
        # 17.5 % of the first score of 40 are 7 points, of 20 they are 3.5.
        ("bdi-ii", 40, 33, True),
        ("bdi-ii", 40, 34, False),
        ("bdi-ii", 20, 16, True),
        ("bdi-ii", 20, 17, False),
        ("bdi-ii", 1, 0, True),
        ("bdi-ii", 0, 0, None),
        ("who-5", 40, 50, True),
        ("who-5", 40, 49, False),
        # A study of chance says nothing of what people notice.
        ("epds", 15, 5, None),
    ],
)
def test_people_notice_a_change_from_so_many_points_on(
    name: str, was: int, now: int, noticed: bool | None
) -> None:
    found = judge(shipped(name), Decimal(was), Decimal(now))
    assert (found.meaningful if found else None) is noticed


@pytest.mark.parametrize(
    ("name", "was", "now", "worse"),
    [
        # Where it is said what is more than chance, that counts.
        ("phq-9", 10, 15, False),
        ("phq-9", 10, 16, True),
        ("epds", 5, 8, False),
        ("epds", 5, 9, True),
        # Else what people notice of the better counts for the worse too.
        ("aims", 6, 7, False),
        ("aims", 6, 8, True),
        ("isi", 10, 15, False),
        ("isi", 10, 16, True),
        ("ymrs", 10, 16, False),
        ("ymrs", 10, 17, True),
    ],
)
def test_worse_is_what_is_more_than_chance_else_what_people_notice(
    name: str, was: int, now: int, worse: bool
) -> None:
    found = judge(shipped(name), Decimal(was), Decimal(now))
    assert found is not None
    assert found.worse is worse


def test_the_share_is_of_the_distance_above_the_floor() -> None:
    found = judge(shipped("bprs"), Decimal(58), Decimal(48))
    assert found == Judged(gain=Decimal(10), share=Decimal("0.25"), responded=False)
    lowest = judge(shipped("bprs"), Decimal(19), Decimal(18))
    assert lowest is not None
    assert lowest.share == 1
    at_floor = judge(shipped("bprs"), Decimal(18), Decimal(18))
    assert at_floor is not None
    assert at_floor.share is None


def test_a_scale_without_change_values_judges_nothing() -> None:
    assert judge(shipped("cows"), Decimal(30), Decimal(2)) is None


def test_what_is_cited_for_worse_are_the_values_that_it_goes_by() -> None:
    """Those of change where they say it, else those of what people notice besides."""
    phq_9, aims = shipped("phq-9"), shipped("aims")
    assert phq_9.change is not None
    assert change_rows(phq_9) == (phq_9.change,)
    assert aims.change is None
    assert change_rows(aims) == aims.meaningful
    with_remission = [
        scale
        for scale in SHIPPED.scales.values()
        if scale.change is not None
        and not (scale.change.deterioration or scale.change.reliable_change)
        and scale.meaningful
    ]
    assert with_remission
    for scale in with_remission:
        assert change_rows(scale) == (scale.change, *scale.meaningful)


# --- the whole answer -------------------------------------------------------------


def the_response(
    on: str, *scores: tuple[str, str], taken: Figure | None = None
) -> Response:
    """Amara takes sertraline for depression since 1 March, read with all we know."""
    code = SHIPPED.drugs["sertraline"].identity.rxcui[0]
    amara = a_person().with_condition(DEPRESSION)
    amara = amara.taking(code, "50 mg", since="2026-03-01")
    for value, when in scores:
        amara = amara.measured("44261-6", value, when)
    case = a_case(amara, SHIPPED, on)
    figures = {case.taking[0].entry.id: taken} if taken else {}
    (found,) = responses(case, figures)
    return found


def test_a_response_tells_the_baseline_the_time_and_the_chance_it_had() -> None:
    found = the_response("2026-05-01", ("18", "2026-02-20"), ("9", "2026-04-28"))
    assert found.course is Course.PARTLY
    assert found.baseline is not None
    assert (str(found.baseline.on), found.baseline.quantity) == (
        "2026-02-20",
        Quantity.parse("18 {score}"),
    )
    assert found.days == 61
    assert found.trial is not None
    assert found.trial.chance is Chance.ADEQUATE
    assert found.judged is not None
    assert (found.judged.gain, found.judged.share) == (9, Decimal("0.5"))


def test_not_measured_is_an_answer_of_its_own() -> None:
    found = the_response("2026-05-01", ("18", "2026-02-20"))
    assert found.course is Course.NOT_MEASURED
    assert found.judged is None
    assert found.latest is None
    assert found.days == 61


def test_a_score_without_one_before_the_start_is_judged_against_nothing() -> None:
    found = the_response("2026-05-01", ("4", "2026-04-28"))
    assert found.course is Course.NO_BASELINE
    assert found.judged is None
    assert found.latest is not None


def test_what_was_taken_stands_beside_what_the_scores_say() -> None:
    figure = Figure(
        measure="pdc",
        evidence=Evidence.FILLS,
        window=Window(start=date(2026, 3, 1), end=date(2026, 5, 1)),
        unit="days",
        counted=Decimal(30),
        of=61,
    )
    scores = (("18", "2026-02-20"), ("17", "2026-04-28"))
    assert the_response("2026-05-01", *scores).taken is None
    found = the_response("2026-05-01", *scores, taken=figure)
    assert found.taken is figure
    assert found.course is the_response("2026-05-01", *scores).course


# --- the checklist of side effects ------------------------------------------------


def test_the_checklist_asks_for_the_common_effects_of_the_persons_medicines() -> None:
    scale = SHIPPED.scales["side-effects"]
    effects = [
        cited(name="nausea", kind="common"),
        cited(name="low white cells", kind="serious"),
    ]
    knowledge = some_knowledge(
        drugs=[
            drug("one", side_effect=effects),
            drug("two", side_effect=[cited(name="Nausea", kind="common")]),
            drug("three"),
        ]
    )
    asked = checklist(scale, knowledge.drugs.values(), date(2026, 12, 1))
    assert asked.form is not None
    assert [i.text for i in asked.form.item][:2] == [
        "Nausea",
        "All unwanted effects together",
    ]
    found = score(
        asked, [Given(item="effect:nausea", value=Decimal(3))], date(2026, 12, 1)
    )
    assert found.total is None
    without = checklist(scale, [knowledge.drugs["three"]], date(2026, 12, 1))
    assert without == scale


def test_a_real_medicine_has_a_checklist_of_its_own() -> None:
    scale = SHIPPED.scales["side-effects"]
    asked = checklist(scale, [SHIPPED.drugs["sertraline"]], date(2026, 12, 1))
    assert asked.form is not None
    texts = [i.text for i in asked.form.item]
    assert texts[0] == "Nausea"
    assert len(texts) == len(set(texts)) > 5
