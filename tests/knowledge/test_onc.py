"""The fifteen class pairs of the ONC high-priority list interrupt, member by member.

Phansalkar and others, J Am Med Inform Assoc 2012;19:735, Table 2; the pairs as numbered
in Am J Health Syst Pharm 2022;79:1086, Table 4.
Members are listed by hand; one that the knowledge does not hold is named in `ABSENT`.
`EXCEPTIONS` are meant, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Status
from concord.knowledge.pairs import between

MAOI = "isocarboxazid phenelzine procarbazine selegiline tranylcypromine"
STIMULANT = (
    "amphetamine atomoxetine benzphetamine dexmethylphenidate dextroamphetamine "
    "diethylpropion lisdexamfetamine methamphetamine methylphenidate phendimetrazine "
    "phentermine pseudoephedrine serdexmethylphenidate"
)
SEROTONERGIC = (
    "citalopram desvenlafaxine duloxetine escitalopram fluoxetine fluvoxamine "
    "levomilnacipran milnacipran nefazodone paroxetine sertraline venlafaxine "
    "vilazodone vortioxetine"
)
NARCOTIC = "dextromethorphan fentanyl meperidine methadone tapentadol tramadol"
TRICYCLIC = (
    "amitriptyline amoxapine clomipramine desipramine doxepin imipramine maprotiline "
    "nortriptyline protriptyline trimipramine"
)
HIGH_RISK_QT = (
    "amiodarone azithromycin chlorpromazine citalopram clarithromycin cocaine "
    "disopyramide dofetilide droperidol erythromycin escitalopram flecainide "
    "haloperidol methadone moxifloxacin ondansetron pimozide procainamide quinidine "
    "sotalol thioridazine chloroquine domperidone dronedarone ibutilide pentamidine"
)
STRONG_3A4_INHIBITOR = (
    "clarithromycin cobicistat darunavir itraconazole ketoconazole lopinavir "
    "nefazodone posaconazole ritonavir voriconazole atazanavir nelfinavir saquinavir "
    "telithromycin"
)
STRONG_3A4_INDUCER = (
    "carbamazepine fosphenytoin phenobarbital phenytoin primidone rifampin "
    "st-johns-wort rifabutin rifapentine"
)
PROTEASE_INHIBITOR = "atazanavir darunavir lopinavir ritonavir nelfinavir saquinavir"
ERGOT = "dihydroergotamine ergotamine ergonovine methylergonovine"
TRIPTAN = (
    "almotriptan eletriptan frovatriptan naratriptan rizatriptan sumatriptan "
    "zolmitriptan"
)
PPI = "esomeprazole lansoprazole omeprazole pantoprazole dexlansoprazole rabeprazole"

PAIRS = {
    1: (STIMULANT, MAOI),
    2: ("atazanavir", PPI),
    3: ("febuxostat", "azathioprine mercaptopurine"),
    4: (SEROTONERGIC, MAOI),
    5: ("irinotecan", STRONG_3A4_INHIBITOR),
    6: (NARCOTIC, MAOI),
    7: (TRICYCLIC, MAOI),
    8: (HIGH_RISK_QT, HIGH_RISK_QT),
    9: ("ramelteon", "ciprofloxacin fluvoxamine viloxazine"),
    10: (PROTEASE_INHIBITOR, STRONG_3A4_INDUCER),
    11: ("lovastatin simvastatin", f"{STRONG_3A4_INHIBITOR} erythromycin"),
    12: (ERGOT, f"{STRONG_3A4_INHIBITOR} erythromycin"),
    13: ("tizanidine", "ciprofloxacin fluvoxamine viloxazine"),
    14: ("tranylcypromine", "procarbazine"),
    15: (TRIPTAN, MAOI),
}

ABSENT = frozenset(
    "chloroquine dexlansoprazole domperidone dronedarone ergonovine ibutilide "
    "methylergonovine nelfinavir pentamidine rabeprazole rifabutin rifapentine "
    "saquinavir telithromycin".split()
)

# Meant: what may follow is told at the person, or in another way.
EXCEPTIONS = {
    "MAO-A does not clear these; they are the triptans to use, with care": (
        "almotriptan eletriptan frovatriptan naratriptan",
        MAOI,
    ),
    "selective for MAO-B, which clears no triptan; the panel ranks it lower": (
        "rizatriptan sumatriptan zolmitriptan",
        "selegiline",
    ),
    "a weak inhibitor, whose label names no triptan; not a row of the list": (
        "rizatriptan sumatriptan zolmitriptan",
        "procarbazine",
    ),
    "newer than the list, whose panel named neither": (
        "procarbazine",
        "vilazodone vortioxetine",
    ),
}

SSRI = "citalopram escitalopram fluoxetine fluvoxamine paroxetine sertraline"
SNRI = "desvenlafaxine duloxetine levomilnacipran milnacipran venlafaxine"
ANTIPSYCHOTIC = (
    "aripiprazole chlorpromazine clozapine haloperidol olanzapine quetiapine "
    "risperidone ziprasidone"
)
# To be told and not to block, by what it is about.
DO_NOT_BLOCK = {
    "a triptan with an SSRI or SNRI": (f"{SSRI} {SNRI}", TRIPTAN),
    "an opioid of weak serotonin effect with an SSRI or SNRI": (
        f"{SSRI} {SNRI}",
        "buprenorphine fentanyl pentazocine",
    ),
    "methadone with an SSRI or SNRI that neither prolongs QT nor raises it": (
        f"fluoxetine paroxetine sertraline {SNRI}",
        "methadone",
    ),
    "lithium with an antidepressant": (f"{SSRI} {SNRI} {TRICYCLIC}", "lithium"),
    "a stimulant with an SSRI or SNRI": (
        f"{SSRI} {SNRI}",
        "amphetamine dextroamphetamine lisdexamfetamine methylphenidate",
    ),
    "augmentation of an antidepressant": (
        f"{SSRI} {SNRI}",
        "bupropion buspirone mirtazapine trazodone",
    ),
    # Citalopram and escitalopram with ondansetron are pair 8 of the list.
    "an antiemetic with an SSRI": (
        "fluoxetine fluvoxamine paroxetine sertraline",
        "metoclopramide ondansetron",
    ),
    "esketamine with what raises blood pressure": (
        "esketamine",
        "amphetamine armodafinil methylphenidate modafinil phenelzine",
    ),
    "a direct anticoagulant with an SSRI or SNRI": (
        f"{SSRI} {SNRI}",
        "apixaban dabigatran rivaroxaban",
    ),
    "valproate with warfarin or aspirin": ("valproate", "aspirin warfarin"),
    "lithium with what changes its level a little": (
        "lithium",
        (
            "acetazolamide amiodarone caffeine diltiazem empagliflozin eplerenone "
            "metronidazole spironolactone theophylline topiramate trimethoprim "
            "verapamil"
        ),
    ),
    "lithium with an antipsychotic": ("lithium", ANTIPSYCHOTIC),
    "lithium with valproate": ("lithium", "valproate"),
    "lamotrigine with a protease inhibitor": ("lamotrigine", "atazanavir lopinavir"),
    "valproate with what it raises": (
        "valproate",
        "amitriptyline clonazepam clozapine lorazepam phenobarbital",
    ),
    "an antipsychotic of CYP2D6 with its inhibitor": (
        "haloperidol iloperidone paliperidone perphenazine risperidone",
        "bupropion fluoxetine paroxetine",
    ),
    "an antipsychotic with a blood pressure medicine": (
        ANTIPSYCHOTIC,
        "amlodipine hydrochlorothiazide lisinopril losartan",
    ),
    "escitalopram with an inhibitor of CYP2C19": (
        "escitalopram",
        "cannabidiol cimetidine esomeprazole fluconazole fluvoxamine omeprazole",
    ),
    "bupropion with what changes CYP2B6": (
        "bupropion",
        "carbamazepine clopidogrel efavirenz ritonavir",
    ),
    "alcohol where the evidence is weak": ("alcohol", "metronidazole varenicline"),
    "acamprosate with another medicine of recovery": (
        "acamprosate",
        "buprenorphine disulfiram naltrexone",
    ),
    "cannabidiol with what it raises": ("cannabidiol", "citalopram clobazam valproate"),
    "a stimulant with a blood pressure medicine": (
        "amphetamine lisdexamfetamine methylphenidate",
        "amlodipine hydrochlorothiazide lisinopril",
    ),
    "what lowers blood pressure on standing": (
        "clozapine prazosin quetiapine terazosin trazodone",
        "amlodipine lisinopril sildenafil tadalafil",
    ),
}

Pair = frozenset[str]


def crossed(ones: str, others: str) -> Iterator[Pair]:
    for one, other in product(ones.split(), others.split()):
        if one != other:
            yield frozenset((one, other))


def interrupts(knowledge: Knowledge, pair: Pair) -> bool:
    return any(
        found.rule.severity.interrupts and found.rule.status is not Status.UNVERIFIED
        for found in between(knowledge, sorted(pair))
    )


EXCEPTED = {pair for sides in EXCEPTIONS.values() for pair in crossed(*sides)}


def test_the_fifteen_pairs_are_all_here() -> None:
    assert list(PAIRS) == list(range(1, 16))


def test_the_members_that_the_knowledge_does_not_hold_are_named(
    knowledge: Knowledge,
) -> None:
    members = {
        name for sides in PAIRS.values() for one in sides for name in one.split()
    }
    assert {name for name in members if name not in knowledge.drugs} == ABSENT


@pytest.mark.parametrize("number", PAIRS)
def test_every_member_pair_interrupts(number: int, knowledge: Knowledge) -> None:
    pairs = {p for p in crossed(*PAIRS[number]) if not p & ABSENT} - EXCEPTED
    assert {tuple(sorted(p)) for p in pairs if not interrupts(knowledge, p)} == set()


def test_every_exception_is_of_the_list(knowledge: Knowledge) -> None:
    listed = {pair for sides in PAIRS.values() for pair in crossed(*sides)}
    assert listed >= EXCEPTED
    assert not any(interrupts(knowledge, pair) for pair in EXCEPTED)


@pytest.mark.parametrize("what", DO_NOT_BLOCK)
def test_what_should_only_be_told_does_not_interrupt(
    what: str, knowledge: Knowledge
) -> None:
    pairs = set(crossed(*DO_NOT_BLOCK[what]))
    assert {name for pair in pairs for name in pair} <= set(knowledge.drugs)
    assert {tuple(sorted(p)) for p in pairs if interrupts(knowledge, p)} == set()
