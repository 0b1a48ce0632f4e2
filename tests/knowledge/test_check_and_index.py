"""The loader reports every problem of every file, and the index loses nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from concord.errors import KnowledgeError
from concord.knowledge.check import problems_of
from concord.knowledge.files import DATA, Parsed, read_files, version_of
from concord.knowledge.index import compile_index, load, open_index
from concord.knowledge.lookup import Knowledge
from concord.knowledge.tables import TABLES


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped files, to be spoilt."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


PARSED: Parsed = {}


def problems(folder: Path) -> list[str]:
    """What is wrong with a folder; a file that no test spoilt is parsed once."""
    try:
        tables, sources = read_files(folder, PARSED)
    except KnowledgeError as error:
        return error.problems
    return problems_of(tables, sources)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("drugs/sertraline.toml", "maximum = ", "maxx = ", "maxx"),
        ("drugs/sertraline.toml", 'population = "adult"', 'population = "cat"', "cat"),
        ("drugs/sertraline.toml", 'name = "sertraline"', 'nam = "x"', "nam"),
        ("drugs/sertraline.toml", 'maximum = "200 mg"', 'maximum = "2,0 mg"', "2,0"),
        ("drugs/sertraline.toml", 'id = "sertraline"', 'id = "s"', "named for"),
        ("drugs/sertraline.toml", "[identity]", "[identity", "not TOML"),
        (
            "drugs/sertraline.toml",
            'id = "sertraline"',
            'id = "sertraline"\nid = "sertraline"',
            "not TOML",
        ),
    ],
)
def test_a_file_that_does_not_fit_the_format_is_named_with_its_key(
    copied: Path, file: str, old: str, new: str, told: str
) -> None:
    spoil(copied, file, old, new)
    found = problems(copied)
    assert any(p.startswith(file) and told in p for p in found), found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'source = "label-sertraline"',
            'source = "label-of-nothing"',
            "not in sources",
        ),
        ('condition = "depression"', 'condition = "sadness"', "sadness"),
        ('locator = "', 'locator = " " # "', "no locator"),
        ('start = "50 mg"', 'start = "900 mg"', "above"),
        ('rxcui = ["36437"]', 'rxcui = ["4493"]', "already names"),
    ],
)
def test_a_value_without_ground_is_named_with_its_place(
    copied: Path, old: str, new: str, told: str
) -> None:
    spoil(copied, "drugs/sertraline.toml", old, new)
    found = problems(copied)
    assert any("sertraline" in p and told in p for p in found), found


def test_all_problems_of_all_files_come_in_one_run(copied: Path) -> None:
    spoil(copied, "drugs/sertraline.toml", "maximum = ", "maxx = ")
    spoil(copied, "drugs/lithium.toml", "[identity]", "[identity")
    spoil(copied, "conditions/pregnancy.toml", "[lasts]", "[last]")
    found = problems(copied)
    for name in ("sertraline", "lithium", "pregnancy"):
        assert any(name in p for p in found)


def test_a_source_that_nothing_cites_and_a_condition_that_nothing_uses_are_orphans(
    copied: Path,
) -> None:
    (copied / "sources" / "extra.toml").write_text(
        '[nowhere]\ntitle = "x"\nkind = "paper"\npublisher = "x"\npublished = "2026"\n'
        'licence = "x"\n'
    )
    (copied / "conditions" / "boredom.toml").write_text(
        'id = "boredom"\ntitle = "Boredom"\ncodes = []\n'
    )
    found = problems(copied)
    assert "sources: nowhere: nothing cites it; cite it or remove it" in found
    assert "conditions/boredom.toml: nothing uses it" in found


def test_a_threshold_that_the_review_asks_for_must_be_there(copied: Path) -> None:
    spoil(copied, "measures/pdc.toml", 'name = "covered-share"', 'name = "other"')
    assert any("covered-share" in p for p in problems(copied))


@pytest.mark.parametrize(
    "days", ["", 'day = 8, after_last = "5 weeks", '], ids=["no day", "two days"]
)
def test_a_dose_to_give_after_a_gap_has_one_day(copied: Path, days: str) -> None:
    name = "missed_doses/paliperidone.toml"
    spoil(copied, name, 'after_last = "5 weeks", ', days)
    assert any(
        p.startswith(name) and "state day or after_last" in p for p in problems(copied)
    )


def test_a_rule_whose_two_sides_are_one_drug_is_refused(copied: Path) -> None:
    (copied / "interactions" / "self.toml").write_text(
        'id = "self"\ntitle = "x"\na = { drugs = ["lithium"] }\n'
        'b = { drugs = ["lithium"] }\nmechanism = "x"\neffect = "x"\n'
        'severity = "minor"\naction = "x"\nsource = "label-lithium"\nlocator = "7"\n'
        'status = "checked"\n'
    )
    assert any("both sides are the same drug" in p for p in problems(copied))


def test_a_drug_in_two_groups_that_exclude_each_other_is_named(copied: Path) -> None:
    group = copied / "groups" / "snri.toml"
    group.write_text(
        group.read_text("utf-8")
        + '\n[[member]]\ndrug = "sertraline"\nsource = "label-sertraline"\n'
        'locator = "1"\nstatus = "checked"\n'
    )
    told = (
        "groups/ssri.toml: sertraline is also in snri, which excludes it; "
        "take it out of one"
    )
    assert told in problems(copied)


def test_a_dose_of_a_form_that_nobody_makes_is_named(copied: Path) -> None:
    spoil(copied, "drugs/sertraline.toml", 'form = "CAP"', 'form = "PATCH"')
    assert any("'PATCH', which no product has" in p for p in problems(copied))


def test_a_list_to_cover_that_names_a_drug_without_a_file_is_refused(
    copied: Path,
) -> None:
    spoil(copied, "coverage/psychotropic.toml", '"sertraline"', '"sertralin"')
    assert any("'sertralin' stands in no file" in p for p in problems(copied))


def test_a_figure_that_its_own_reading_does_not_give_is_named(copied: Path) -> None:
    spoil(copied, "drugs/sertraline.toml", 'maximum = "200 mg"', 'maximum = "400 mg"')
    assert any(
        "maximum is 400 mg, which none of the printed figures gives" in p
        for p in problems(copied)
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "drugs/fluoxetine.toml",
            "{ from_day = 1, dose",
            "{ from_day = 0, dose",
            "the first step is from day 0; day 1 is the first dose",
        ),
        (
            "drugs/fluoxetine.toml",
            "{ from_day = 8, dose",
            "{ from_day = 1, dose",
            "the days of the steps do not rise (1, 1)",
        ),
        (
            "drugs/lamotrigine.toml",
            "times = 1, every_days = 2",
            "times = 1, every_days = 3",
            "25 mg, 1 time(s) every 3 day(s), is not 12.5 mg a day",
        ),
        (
            "drugs/lamotrigine.toml",
            'dose = "50 mg", times = 1, needs',
            'dose = "60 mg", times = 1, needs',
            "steps[2].dose is 60 mg, which none of the printed figures gives",
        ),
        (
            "missed_doses/clozapine.toml",
            "resume_high = 0.5",
            "resume_high = 0.6",
            "resume_high is 0.6, which none of the printed figures gives",
        ),
        (
            "missed_doses/paliperidone.toml",
            'day = 8, at_most = "156 mg"',
            'day = 8, at_most = "165 mg"',
            "give[1].at_most is 165 mg, which none of the printed figures gives",
        ),
        (
            "switches/antidepressant-to-mirtazapine.toml",
            'over_high = "4 weeks"',
            'over_high = "5 weeks"',
            "over_high is 5 weeks, which none of the printed figures gives",
        ),
        (
            "switches/ssri-to-ssri.toml",
            'label = "SPS, direct"\n',
            "",
            "one way, and no more, stands without a label",
        ),
        (
            "switches/ssri-to-ssri.toml",
            'b = { groups = ["ssri"] }',
            'b = { drugs = ["sertraline", "sertralin"] }',
            "b.drugs: 'sertralin' stands in no file of drugs",
        ),
        (
            "switches/ssri-to-ssri.toml",
            'b = { groups = ["ssri"] }',
            'b = { groups = ["ssri"], except_drugs = ["sertralin"] }',
            "b.except_drugs: 'sertralin' stands in no file of drugs",
        ),
        (
            "missed_doses/clozapine.toml",
            'gap = "2 days"\nresume_low = 0.25\nresume_high = 0.25\ncall_team = true',
            'gap = "2 days"\nresume_low = 0.25\nresume_high = 0.25',
            "rule[1]: the dose is another one and the team is not called",
        ),
        (
            "missed_doses/lamotrigine.toml",
            'when = { taking = ["valproate"] }\ncall_team = true',
            'when = { taking = ["valproate"] }',
            "rule[5]: the dose is another one and the team is not called",
        ),
        (
            "switches/ssri-to-ssri.toml",
            'b = { groups = ["ssri"] }',
            'b = { drugs = ["sertraline"], except_drugs = ["sertraline"] }',
            "switches/ssri-to-ssri.toml: b: no drug is on this side",
        ),
    ],
)
def test_a_step_a_restart_or_a_switch_that_cannot_be_is_named(
    copied: Path, file: str, old: str, new: str, told: str
) -> None:
    spoil(copied, file, old, new)
    assert any(told in p for p in problems(copied))


def test_a_local_field_that_holds_no_figure_is_named(copied: Path) -> None:
    spoil(
        copied,
        "drugs/sertraline.toml",
        'maximum = "200 mg"',
        'maximum = "200 mg"\nlocal = ["population"]',
    )
    assert any("local names 'population'" in p for p in problems(copied))


# --- the index --------------------------------------------------------------------


def test_the_index_holds_all_that_the_files_hold(tmp_path: Path) -> None:
    target = tmp_path / "index"
    compile_index(target=target)
    opened, tables = open_index(target), read_files()[0]
    for name in TABLES:
        assert dict(opened.table(name)) == tables[name]
    assert opened.version == version_of()
    assert dict(opened.sources) == read_files()[1]


def test_a_changed_file_makes_the_index_anew(copied: Path, tmp_path: Path) -> None:
    target = tmp_path / "index"
    first = load(copied, target)
    assert load(copied, target).version == first.version
    spoil(copied, "drugs/sertraline.toml", "[schedule]", "# read again\n[schedule]")
    assert load(copied, target).version != first.version


@pytest.mark.parametrize(
    "data", [b"", b"something else entirely", b"concord-index-0\n"]
)
def test_a_broken_index_is_refused_and_made_anew(tmp_path: Path, data: bytes) -> None:
    target = tmp_path / "index"
    target.write_bytes(data)
    with pytest.raises(KnowledgeError, match="compile"):
        open_index(target)
    assert load(path=target).drugs["lithium"].name == "lithium"


def test_a_failed_compile_leaves_the_old_index_standing(
    copied: Path, tmp_path: Path
) -> None:
    target = tmp_path / "index"
    compile_index(copied, target)
    before = target.read_bytes()
    spoil(copied, "drugs/sertraline.toml", "maximum = ", "maxx = ")
    with pytest.raises(KnowledgeError):
        compile_index(copied, target)
    assert target.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "index"]


# --- look-ups ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "drug"),
    [
        ("lithium", "lithium"),
        ("Lithium Carbonate", "lithium"),
        ("42351", "lithium"),
        ("zoloft", "sertraline"),
        ("36437", "sertraline"),
        ("valproic acid", "valproate"),
        ("divalproex", "valproate"),
        ("Depakote", "valproate"),
        ("Vivitrol", "naltrexone"),
    ],
)
def test_a_drug_is_found_by_any_of_its_names_and_codes(
    name: str, drug: str, knowledge: Knowledge
) -> None:
    found = knowledge.drug_named(name)
    assert found is not None
    assert found.id == drug


@pytest.mark.parametrize("name", ["", "lithum", "sertraline 50", "acid"])
def test_a_name_that_is_not_exact_finds_nothing(
    name: str, knowledge: Knowledge
) -> None:
    assert knowledge.drug_named(name) is None


def test_decoding_is_strict_in_the_index_too(knowledge: Knowledge) -> None:
    drug = knowledge.drugs["lithium"]
    assert msgspec.structs.asdict(drug)["id"] == "lithium"
    assert "lithium" in knowledge.drugs
    assert len(knowledge.drugs) == len(list(knowledge.drugs))
