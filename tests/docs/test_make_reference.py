"""The pages that are made from the code: up to date, and with a description of every key."""

from __future__ import annotations

import sys

import msgspec
import pytest
from msgspec import inspect as types
from small_course import PROJECT

sys.path.insert(0, str(PROJECT / "docs"))  # the pages' own scripts are not part of the distribution

import make_reference


@pytest.mark.parametrize("name", sorted(make_reference.PAGES))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    page = (PROJECT / "docs" / name).read_text(encoding="utf-8")
    assert page == make_reference.PAGES[name](), "run `make reference`"


def test_a_key_without_a_description_is_refused() -> None:
    class Described(msgspec.Struct):
        one: int = 1
        """The first."""
        two: int = 2

    with pytest.raises(ValueError, match=r"Described\.two needs a docstring"):
        make_reference.attribute_docs(Described)


def test_a_type_that_the_page_has_no_words_for_is_refused() -> None:
    with pytest.raises(ValueError, match="no words for AnyType"):
        make_reference.words(types.AnyType())
