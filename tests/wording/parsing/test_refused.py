"""What is not understood in full is kept as written, with the first such word."""

from __future__ import annotations

import pytest

from concord.wording.parsing import AsWritten, Understood, parse
from concord.wording.parsing.words import WHY

# The direction, the first word that is not understood, and why.
REFUSED = [
    # a word that is not known
    ("", "", "nothing"),
    ("   ", "", "nothing"),
    ("take", "take", "nothing"),
    ("by mouth", "by", "nothing"),
    ("hello", "hello", "unknown"),
    ("Tkae 1 tabet daily", "Tkae", "unknown"),
    ("take 1 tabet daily", "tabet", "unknown"),
    ("take 1 tablet dialy", "dialy", "unknown"),
    ("take 1 tablet daily as directed", "as directed", "unknown"),
    ("use as directed", "as directed", "unknown"),
    (
        "take 1 tablet daily with a full glass of water",
        "with a full glass of water",
        "unknown",
    ),
    ("take 1 tablet daily on an empty stomach", "on an empty stomach", "unknown"),
    ("take 1 tablet daily until gone", "until gone", "unknown"),
    ("take 1 tablet daily, do not crush", "do", "unknown"),
    ("take 1 tablet 30 minutes before breakfast", "30", "unknown"),
    ("take 1 tablet daily for depression", "depression", "unknown"),
    ("take 1 tablet daily, may repeat once", "may repeat", "unknown"),
    ("take 2 tablets now then 1 tablet daily", "now", "unknown"),
    ("1 spray in each nostril daily", "in each nostril", "unknown"),
    ("inject 380 mg into the gluteal muscle every 4 weeks", "into", "unknown"),
    ("apply 1 patch daily, remove at bedtime", "remove", "unknown"),
    ("take 1 tablet twice daily or as needed", "or", "unknown"),
    ("1 tab q7h times for 2 weeks", "times", "unknown"),
    ("1 tab QIW", "QIW", "unknown"),
    ("take 1 tsp daily", "tsp", "unknown"),
    (
        "take 1 tablet every 6 hours for pain but not with alcohol",
        "pain",
        "only-when-needed",
    ),
    ("take 1 tablet prn pain but not with alcohol", "but", "unknown"),
    # two meanings
    ("1 tab d", "d", "unknown"),
    ("first 1 tablet daily", "first", "unknown"),
    ("1 tab daily, max of many", "many", "unknown"),
    ("1 tab daily, max 2 to 4 a day", "2", "unknown"),
    ("take 1 (sublingual) film daily", "1", "of-what"),
    ("take 2.5½ tablets daily", "2.5½", "unknown"),
    ("take up to 1-2 tablets daily", "1", "downwards"),
    ("take 1 tablet up to 2-3 times a day", "times", "downwards"),
    ("take 1 tablet twice or once daily", "once", "downwards"),
    ("1 tab daily; and twice daily", "twice", "of-what"),
    ("1 tablet once daily (how often not recorded)", "(", "unknown"),
    ("1 tablet by mouth once daily (route not recorded)", "1", "against"),
    ("1 tab every 6 hours on Monday", "on", "occasions"),
    ("1 tab every day on Monday", "on", "again"),
    ("1 tab every day twice weekly", "every", "again"),
    ("1 tab every other day in the morning and at bedtime", "in", "occasions"),
    ("1 tab 2-3 times daily in the morning and at bedtime", "in", "occasions"),
    ("1 tab on Monday with food", "with", "meals"),
    ("1 tab od", "od", "unknown"),
    ("1 tab biweekly", "biweekly", "unknown"),
    ("1 tab bimonthly", "bimonthly", "unknown"),
    ("1 tab q4m", "q", "unknown"),
    ("1 tab daily x 3d", "3", "unknown"),
    ("1 tab daily x 7", "7", "unknown"),
    ("take 1 tablet once", "once", "unknown"),
    ("take 1 tablet at 8", "at", "unknown"),
    ("take 1 tablet at 8:30", "8", "am-or-pm"),
    ("take 1 tablet at 12 am", "12", "noon-or-midnight"),
    ("take 1 tablet daily until 3/4/2026", "until", "unknown"),
    # how much, or how much at a time
    ("take 2 daily", "2", "of-what"),
    ("1 po bid", "1", "of-what"),
    ("take tablets daily", "tablets", "unknown"),
    ("take 2 tablets a day", "a", "at-a-time"),
    ("take up to 3 tablets daily", "daily", "at-a-time"),
    ("take up to 3 tablets every day", "every", "at-a-time"),
    ("take 100 mg per day", "per", "at-a-time"),
    ("take 100 mg daily in divided doses", "in divided doses", "unknown"),
    ("take 1,5 mg daily", "1,5", "unknown"),
    ("take 1/3 tablet daily", "1/3", "unknown"),
    ("take 5/325 mg daily", "5/325", "unknown"),
    ("take 2-1 tablets daily", "1", "downwards"),
    ("take 0 tablets daily", "0", "none"),
    ("take two (3) tablets daily", "3", "against"),
    ("take two 5 mg tablets daily", "two", "of-what"),
    ("take 2-5 mg tablets daily", "tablets", "unknown"),
    ("take 1 tablet or 1 capsule daily", "1", "downwards"),
    ("take 1 tablet 50 mg daily", "50", "again"),
    ("50 mg", "50", "alone"),
    ("1 tablet (50 mg) by mouth daily", "50", "holds"),
    ("take 1 tablet of ibuprofen daily", "ibuprofen", "unknown"),
    # one thing against another
    ("take 1 tablet by mouth under the tongue daily", "under", "against"),
    ("inject 1 mL by mouth daily", "by", "against"),
    ("take 1 tablet daily twice daily", "twice", "again"),
    ("take 1 tablet twice daily (every 8 hours)", "every", "again"),
    ("take 1 tablet twice daily at bedtime", "at", "occasions"),
    ("take 1 tablet tid and at bedtime", "and", "unknown"),
    ("take 1 tablet every 8 hours in the morning", "in", "occasions"),
    ("take 1 tablet every morning at bedtime", "at", "occasions"),
    ("take 1 tablet every morning at 8 am", "at", "clock-and-event"),
    ("take 1 tablet once weekly on Monday and Friday", "on", "occasions"),
    ("take 1 tablet for 5 days every month", "every", "too-short"),
    ("1 tab q6h prn, max 8 capsules a day", "max", "against"),
    ("1 tab q6h prn, max 8", "8", "unknown"),
    ("take 1 tablet daily (in the morning", "(", "open-bracket"),
    ("take 1 tablet on Friday through Monday", "Monday", "downwards"),
    ("take 1 tablet daily until Mon 3 Feb 2026", "Mon", "no-date"),
    ("take 1 tablet daily until 2026-02-30", "2026-02-30", "no-date"),
    # meals without a number
    ("take 1 tablet with food", "with", "meals"),
    ("take 1 tablet before meals", "before", "meals"),
    ("take 1 tablet daily with meals", "with", "meals"),
    # of which instruction it holds
    ("1 tab qam and 2 tabs qhs prn sleep", "prn", "scope"),
    ("1 tab qam and 2 tabs qhs for 7 days", "for", "scope"),
    ("take 2 tablets then 1 tablet daily", "2", "scope"),
    ("take 1 tablet daily and 2 tablets on Sunday", "2", "overlap"),
    ("take 1 tablet daily, 1 tablet at bedtime", "1", "overlap"),
    ("1 tab qam and 2 tabs qam", "2", "overlap"),
]


@pytest.mark.parametrize(("sig", "word", "why"), REFUSED, ids=[s for s, *_ in REFUSED])
def test_a_direction_is_refused_at_its_first_word_that_is_not_understood(
    sig: str, word: str, why: str
) -> None:
    found = parse(sig)
    assert isinstance(found, AsWritten), found
    assert (found.word, found.why) == (word, why)
    assert found.text == sig
    assert sig[found.start :].startswith(found.word)
    assert found.because


def test_there_are_enough_of_them_and_each_once() -> None:
    sigs = [sig for sig, *_ in REFUSED]
    assert len(set(sigs)) == len(sigs) >= 60


def test_every_reason_for_a_refusal_is_tried() -> None:
    assert {why for *_, why in REFUSED} | {"of-the-medicine"} == set(WHY)


def test_a_word_of_two_meanings_is_told_with_both() -> None:
    found = parse("1 tab biweekly")
    assert isinstance(found, AsWritten)
    assert found.because == "it is twice a week or every 2 weeks"


def test_steps_whose_ends_are_said_cannot_be_said_to_have_none() -> None:
    steps = "first 1 tablet by mouth once daily{}; then 2 tablets by mouth once daily"
    open_ended = " (when each step ends is not recorded)"
    assert isinstance(parse(steps.format("") + open_ended), Understood)
    assert isinstance(parse(steps.format(", for 7 days") + open_ended), AsWritten)
