"""A review closes: what is open, answered, or open again."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import TODAY
from concord.review import Answer, Decision, Review, Settled, review, settle
from small_world import A_LONG_STORY, WORLD

FOUND: Review = review(A_LONG_STORY.record, WORLD, TODAY)
FIRST = FOUND.findings[0]


def answer(finding: str | None = None, **fields: Any) -> Answer:
    return Answer(
        **{
            "finding": finding or FIRST.id,
            "circumstance": FIRST.circumstance,
            "decision": Decision.ACCEPTED,
            "by": "Dr One",
            "on": date(2026, 11, 1),
            **fields,
        }
    )


def place(*answers: Answer, on: date = TODAY) -> str:
    settled = settle(FOUND, answers, on)
    (found,) = (
        name
        for name in ("open", "answered", "reopened", "to_check")
        if FIRST in getattr(settled, name)
    )
    return found


def test_without_an_answer_every_finding_is_open() -> None:
    settled = settle(FOUND, [], TODAY)
    assert settled.open == FOUND.findings
    assert settled.gone == ()


def test_an_answer_to_what_was_seen_closes_it_and_no_other() -> None:
    settled = settle(FOUND, [answer()], TODAY)
    assert settled.answered == (FIRST,)
    assert settled.open == FOUND.findings[1:]


@pytest.mark.parametrize(
    ("on", "where"),
    [(date(2026, 10, 31), "open"), (date(2026, 11, 1), "answered")],
)
def test_an_answer_counts_from_the_day_it_was_given(on: date, where: str) -> None:
    assert place(answer(), on=on) == where


def test_another_circumstance_opens_it_again() -> None:
    assert place(answer(circumstance="other")) == "reopened"
    assert place(answer(circumstance="other", check_on=TODAY)) == "reopened"


@pytest.mark.parametrize(
    ("check_on", "where"),
    [
        (date(2026, 11, 21), "to_check"),
        (date(2026, 11, 22), "to_check"),
        (date(2026, 11, 23), "answered"),
        (None, "answered"),
    ],
)
def test_on_its_day_the_result_is_looked_at(check_on: date | None, where: str) -> None:
    assert place(answer(check_on=check_on)) == where


def test_the_newest_answer_counts() -> None:
    old = answer(circumstance="other")
    new = answer(on=date(2026, 11, 2))
    assert place(old, new) == place(new, old) == "answered"
    assert place(old, answer(on=date(2026, 11, 23))) == "reopened"


def test_an_answer_to_what_is_no_longer_found_is_gone_not_lost() -> None:
    settled = settle(FOUND, [answer("b"), answer("a"), answer("a")], TODAY)
    assert settled.gone == ("a", "b")
    assert settle(FOUND, [answer("a", on=date(2027, 1, 1))], TODAY).gone == ()


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_finding_is_declined_only_with_a_reason(reason: str | None) -> None:
    with pytest.raises(ValueError, match="reason"):
        answer(decision=Decision.DECLINED, reason=reason)
    assert place(answer(decision=Decision.DECLINED, reason="agreed")) == "answered"
    assert answer(decision=Decision.ACCEPTED, reason=reason).reason == reason


answers = st.lists(
    st.builds(
        answer,
        st.sampled_from([*(f.id for f in FOUND.findings[:3]), "gone"]),
        circumstance=st.sampled_from([f.circumstance for f in FOUND.findings[:2]]),
        on=st.dates(date(2026, 11, 20), date(2026, 11, 24)),
        check_on=st.none() | st.dates(date(2026, 11, 20), date(2026, 11, 24)),
        by=st.sampled_from(["Dr One", "Dr Two"]),
    ),
    max_size=6,
)


@given(answers, st.dates(date(2026, 11, 19), date(2026, 11, 25)))
def test_every_finding_has_one_place(given_: list[Answer], on: date) -> None:
    settled = settle(FOUND, given_, on)
    ids = [f.id for f in _all(settled)]
    assert sorted(ids) == sorted(f.id for f in FOUND.findings)
    assert not set(ids) & set(settled.gone)


@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(
    given_: list[Answer], random: Any
) -> None:
    shuffled = list(given_)
    random.shuffle(shuffled)
    assert settle(FOUND, shuffled, TODAY) == settle(FOUND, given_, TODAY)


def _all(settled: Settled) -> list[Any]:
    fields = msgspec.structs.asdict(settled)
    del fields["gone"]
    return [finding for place_ in fields.values() for finding in place_]
