"""Every golden case through the real engine: attacks earn nothing, honest answers that look odd keep their points."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import attack
import campaign
import golden
import pytest
import yaml

from autograder.results import Result

CASES = golden.cases()
NAMED = yaml.safe_load((golden.FOLDER / "threats.yml").read_text())
ATTACKS, TWINS, SLIPS = 90, 20, 5
FAMILIES = range(1, 14)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> campaign.Campaign:
    """All cases, graded in one go by two workers."""
    return campaign.run(tmp_path_factory.mktemp("campaign"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: golden.Case, done: campaign.Campaign) -> None:
    (judged,) = [one for one in done.judged if one.case.name == case.name]
    assert judged.faults == ()


def test_no_canary_is_touched(done: campaign.Campaign) -> None:
    assert [found for found in done.canaries if found.touched] == []
    assert {found.kind for found in done.canaries} == {"file", "place", "listener", "secret", "process", "gradebook"}


def test_the_command_tells_it_in_a_table_and_fails_on_one_fault(
    done: campaign.Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attack.tell(done)
    count = Counter(case.family for case in CASES)
    assert f"{len(CASES) - count['honest'] - count['slip']} of" in capsys.readouterr().out
    for kind in ("honest", 3):
        case = next(case for case in CASES if case.family == kind)
        spoilt = tuple(campaign.Judged(j.case, ("a point",) if j.case == case else j.faults) for j in done.judged)
        assert not attack.tell(campaign.Campaign(spoilt, done.canaries, done.results, 0.0))
        assert case.name in capsys.readouterr().out


def test_there_are_enough_attacks_and_each_family_has_an_honest_twin() -> None:
    count = Counter(case.family for case in CASES)
    assert set(count) == {*FAMILIES, "honest", "slip"}
    assert len(CASES) - count["honest"] - count["slip"] >= ATTACKS
    assert count["honest"] >= TWINS
    assert {case.twin for case in CASES if case.family == "honest"} <= set(FAMILIES)
    assert all(case.status == "graded" and not case.scores for case in CASES if case.family == "honest")


def test_each_kind_of_slip_has_many_cases() -> None:
    count = Counter(case.kind for case in CASES if case.family == "slip")
    assert set(count) == set(golden.KINDS)
    assert min(count.values()) >= SLIPS


@pytest.mark.parametrize("family", range(1, 11))
def test_every_case_that_the_threats_name_has_its_folder(family: int) -> None:
    cases = {case.name: case for case in CASES}
    for threat, folders in NAMED[family]["cases"].items():
        assert folders, threat
        assert set(folders) <= set(cases), threat
        assert any(cases[name].family in (family, "honest") for name in folders), threat
    listed = {name for folders in NAMED[family]["cases"].values() for name in folders}
    assert {case.name for case in CASES if case.family == family} <= listed


def test_other_bytes_meet_other_inputs_and_the_same_bytes_the_same(done: campaign.Campaign) -> None:
    met = {student: _inputs(done.results[student]) for student in campaign.EXTRAS}
    assert met["first"] == met["again"]
    assert met["first"] != met["changed"]


def _inputs(result: Result) -> list[str]:
    tests = [test for exercise in result.exercises for test in exercise.tests]
    return [test.counterexample.call for test in tests if test.counterexample]


def test_the_cases_lie_where_the_list_says() -> None:
    assert Path(golden.FOLDER, "threats.yml").is_file()
    assert sorted(NAMED) == list(FAMILIES)
