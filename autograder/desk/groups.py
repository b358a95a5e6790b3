"""Puts equal answers together, and similar ones next to each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.desk.answers import Answer

MOST_COMPARED = 2_000
"""With more different texts than this, comparing them would take too long: they are sorted by their words."""

MOST_CHARACTERS = 2_000
"""How much of a text is compared with others."""


@dataclass(frozen=True)
class Group:
    """Answers with the same text, ignoring spaces and line breaks. Either all of its answers are blank or none is."""

    answers: tuple[Answer, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return self.answers[0].is_blank

    @property
    def first(self) -> Answer:
        """The answer that is shown for all."""
        return self.answers[0]


def grouped(answers: Sequence[Answer]) -> tuple[Group, ...]:
    """Groups of equal answers, with similar ones next to each other and the blank ones last."""
    found: dict[object, list[Answer]] = {}
    for answer in answers:
        pictures = sorted((name, sorted(data.items())) for name, data in answer.attachments.items())
        found.setdefault("" if answer.is_blank else (same_text(answer.text), repr(pictures)), []).append(answer)
    blank = found.pop("", None)
    written = [Group(tuple(each)) for each in found.values()]
    order = _by_likeness([each.first.text[:MOST_CHARACTERS] for each in written])
    return (*(written[i] for i in order), *([Group(tuple(blank))] if blank else []))


def same_text(text: str) -> str:
    """What two equal answers have in common: the text without its line breaks and further spaces.

    >>> same_text("b > 0\\n\\n  fires ") == same_text("b > 0 fires"), same_text("b > 0") == same_text("b < 0")
    (True, False)
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def _by_likeness(texts: Sequence[str]) -> Sequence[int]:
    """An order in which similar texts are neighbours: the leaves of a tree that joins the most similar first."""
    by_words = sorted(range(len(texts)), key=lambda i: same_text(texts[i]).casefold())
    if len(texts) < 3 or len(texts) > MOST_COMPARED:
        return by_words
    from scipy.cluster.hierarchy import leaves_list, linkage  # takes a second or two to load
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        terms = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)).fit_transform(texts).toarray()
    except ValueError:  # nothing but signs
        return by_words
    return [int(i) for i in leaves_list(linkage(terms, method="average"))]
