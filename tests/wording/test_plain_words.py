"""A11Y-09 and A11Y-10: the person's pages read easily, and no word blames or labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tools.readability import HIGHEST, WEB, grade, grades, said, shown, texts

import concord
from concord.record.model import AsNeeded, Dosage, Maximum, Timing
from concord.terms import Duration, Quantity
from concord.wording.directions import sentences
from concord.wording.english import ENGLISH
from concord.wording.overtime import PLAIN_OVER_TIME
from concord.wording.vocabulary import EVENTS, ROUTES

# NIDA, *Words Matter: Terms to Use and Avoid When Talking About Addiction* (addict,
# abuser, user, junkie, alcoholic, drunk, abuse, habit, clean, dirty, addicted baby);
# ux.md, Voice (non-compliant, failed); the rest is person-first language.
LABELS = (
    r"(?:former |ex-|reformed )?addicts?", r"(?:drug |substance )?abusers?",
    r"(?:drug|substance|opioid|heroin|alcohol) (?:ab)?users?", r"junkies?",
    r"druggies?",
    r"alcoholics?", r"drunks?", r"drunkards?", r"(?:drug|substance|alcohol) abuse",
    r"abus(?:ed|es|ing)", r"drug habits?",
    r"(?:addicted|crack) bab(?:y|ies)",
    r"dirty", r"(?:got|stay(?:ed)?|been|test(?:ed)?|urine (?:is|was)) clean",
    r"clean (?:urine|screens?|tests?)",
    r"non-?complian(?:t|ce)", r"(?:in)?compliance (?:was )?poor", r"uncooperative",
    r"fail(?:ed|ure)? (?:treatment|therapy|to take|a drug test)",
    r"refus(?:es|ed) (?:treatment|medication|medicine)",
    r"commit(?:s|ted|ting)? suicide", r"(?:un)?successful suicide", r"failed suicide",
    r"suffer(?:s|ed|ing)? from", r"victims? of", r"afflicted (?:with|by)",
    r"schizophrenics?", r"psychotics", r"manic[- ]depressives?", r"depressives",
    r"(?:the )?mentally ill", r"mental patients?", r"borderlines", r"the bipolar",
    r"crazy", r"insane", r"lunatics?", r"psychos?", r"junk", r"frequent flyers?",
    r"drug[- ]seek(?:er|ers|ing)", r"attention[- ]seeking", r"manipulative",
    r"inmates?", r"convicts?", r"felons?", r"offenders?",
    r"the homeless", r"the elderly",
)  # fmt: skip
STIGMA = re.compile(rf"(?<![\w-])(?:{'|'.join(LABELS)})(?![\w-])", re.IGNORECASE)

TEMPLATES = sorted(WEB.rglob("templates/**/*.html"))
MODULES = sorted(
    path
    for path in (Path(concord.__file__).parent / "web").rglob("*.py")
    if "migrations" not in path.parts
)


def test_every_page_of_the_person_reads_at_grade_6_or_below() -> None:
    found = grades()
    assert found, "the person's pages have words"
    assert {name: round(g, 1) for name, g in found.items() if g > HIGHEST} == {}


def test_no_sentence_for_a_person_is_long() -> None:
    long = [
        (name, sentence)
        for name, text in texts().items()
        for sentence in re.split(r"[.!?](?=\s|$)|\n+", text)
        if len(sentence.split()) > 25
    ]
    assert long == []


def test_directions_for_a_person_read_at_grade_6_or_below() -> None:
    told = [
        sentences(
            (
                Dosage(
                    dose=Quantity("1.5", "{tablet}"),
                    route=route,
                    timing=Timing(when=(event,)),
                    as_needed=AsNeeded(reason="pain"),
                    maximum=Maximum(
                        amount=Quantity("8", "{tablet}"), within=Duration(1, "day")
                    ),
                ),
            )
        )
        for route in dict.fromkeys(ROUTES.values())
        for event in EVENTS
    ]
    told += [sentences(()), sentences((Dosage(dose=Quantity("5", "mg")),))]
    assert grade("\n".join(told)) <= HIGHEST


def test_the_timeline_reads_at_grade_6_or_below_to_the_person() -> None:
    pages = {
        path.name: shown(path.read_text("utf-8"))
        for path in TEMPLATES
        if path.parent.name == "timeline"
    }
    assert len(pages) == 2
    told = [re.sub(r"\{\w+\}", "it", words) for words in PLAIN_OVER_TIME.values()]
    pages["sentences"] = "\n".join(told)
    assert {
        n: round(grade(text), 1) for n, text in pages.items() if grade(text) > 6
    } == {}
    labels = [w for words in told for w in STIGMA.findall(words)]
    assert labels == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(WEB).as_posix())
def test_no_template_labels_or_blames(path: Path) -> None:
    assert STIGMA.findall(shown(path.read_text("utf-8"))) == []


def test_no_message_and_no_text_of_the_site_labels_or_blames() -> None:
    every = {f"english: {key}": words for key, words in ENGLISH.items()}
    every |= {p.name: said(p.read_text("utf-8")) for p in MODULES}
    found = {name: STIGMA.findall(text) for name, text in every.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    "text",
    [
        "He is an addict.",
        "A former addict",
        "substance abuse",
        "Her urine was clean",
        "a dirty test",
        "Non-compliant with it",
        "He committed suicide",
        "She suffers from it",
        "a drug user",
    ],
)
def test_the_list_finds_labels(text: str) -> None:
    assert STIGMA.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "People who use opioids",
        "substance use disorder",
        "a positive test",
        "It was not taken.",
        "addiction medicine",
        "Clean the skin first.",
        "the user agent",
    ],
)
def test_the_list_leaves_other_words_alone(text: str) -> None:
    assert not STIGMA.search(text)


# --- the measure itself -----------------------------------------------------------


def test_the_grade_is_that_of_the_formula() -> None:
    # One sentence of 6 words and 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59.
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45)
    # One of 4 words and 12 syllables: 0.39 * 4 + 11.8 * 3 - 15.59.
    assert grade("Several medicines alternate regularly.") > HIGHEST
    assert grade("") == 0


def test_names_of_medicines_do_not_count() -> None:
    assert grade("Take olanzapine in the morning.") == grade("Take in the morning.")


def test_only_what_a_reader_sees_is_graded() -> None:
    page = (
        "<style>p{}</style>{# a note #}{% comment %}x{% endcomment %}"
        '<p class="q">One\ntwo {{ name }} three</p><a aria-label="Spoken">four</a>'
    )
    assert shown(page).split() == "One two three four Spoken".split()


def test_docstrings_and_short_texts_of_a_module_are_not_said() -> None:
    module = '"""A note on this module."""\nx = "a key"\ny = f"You have {x} left now."'
    assert said(module).split() == "You have left now.".split()
