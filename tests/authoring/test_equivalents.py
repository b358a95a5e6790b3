"""Every listed equivalent is still a mutant of its reference, or a habit that a twin of it can have."""

from __future__ import annotations

import msgspec
import pytest
from small_course import PROJECT

from autograder.authoring.answers import reference_sources
from autograder.authoring.mutation_score import EQUIVALENT
from autograder.authoring.twins import TWIN, habits
from autograder.course import load_course
from autograder.grading.mutation import mutants
from autograder.testing.course_package import course_module

LISTED = msgspec.yaml.decode((PROJECT / "solutions" / "hidden" / EQUIVALENT).read_bytes())


@pytest.mark.parametrize("assignment", LISTED)
def test_a_listed_equivalent_is_a_mutant_with_a_reason(assignment: str) -> None:
    sources = reference_sources(load_course(PROJECT), assignment)
    references = course_module(PROJECT, f"solutions.{assignment}")
    assert LISTED[assignment]
    for entry in LISTED[assignment]:
        changes = {mutant.change for mutant in mutants(sources[entry["exercise"]], entry["exercise"])}
        changes |= {TWIN + habit.words for habit in habits(getattr(references, entry["exercise"]))}
        assert entry["change"] in changes
        assert len(entry["why"].split()) > 3
