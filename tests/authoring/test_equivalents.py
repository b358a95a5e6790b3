"""Every listed equivalent is a mutant of its reference still."""

from __future__ import annotations

import msgspec
import pytest
from small_course import PROJECT

from autograder.authoring.answers import reference_sources
from autograder.authoring.mutation_score import EQUIVALENT
from autograder.course import load_course
from autograder.grading.mutation import mutants

LISTED = msgspec.yaml.decode((PROJECT / "solutions" / "hidden" / EQUIVALENT).read_bytes())


@pytest.mark.parametrize("assignment", LISTED)
def test_a_listed_equivalent_is_a_mutant_with_a_reason(assignment: str) -> None:
    sources = reference_sources(load_course(PROJECT), assignment)
    assert LISTED[assignment]
    for entry in LISTED[assignment]:
        changes = {mutant.change for mutant in mutants(sources[entry["exercise"]], entry["exercise"])}
        assert entry["change"] in changes
        assert len(entry["why"].split()) > 3
