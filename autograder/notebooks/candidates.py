"""Which of the files that a student handed in is the notebook: one rule for every way of handing in.

A clear case is accepted with a note: a notebook with another name, or a solved one beside an untouched one. An unclear
case is refused, with all names and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.errors import SubmissionError
from autograder.notebooks.ipynb import slim as slim
from autograder.notebooks.release import Release, squeezed
from autograder.notebooks.repair import defines
from autograder.notebooks.submitted import SubmittedNotebook, parse

_NAME = re.compile(r"(?P<stem>.+?)\.ipynb(?:\.(?:ipynb|json|txt|download))*", re.IGNORECASE)
_BY_CONTENT = re.compile(r".+\.(?:json|txt)", re.IGNORECASE)
_EXPORTED = {"html": "a page to read", "pdf": "a page to print", "py": "a script", "md": "a text", "zip": "an archive"}
_SHOWN = 6


@dataclass(frozen=True)
class Chosen:
    """The notebook that counts: its file name, its bytes, and notes on the choice."""

    name: str
    data: bytes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Look:
    """One notebook, its answers by grade_id, and why it cannot be read as one of this assignment."""

    name: str
    data: bytes
    answers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    def continues(self, other: _Look) -> bool:
        """Whether it holds all of the other one's answers unchanged, and perhaps more."""
        return all(self.answers.get(name) == text for name, text in other.answers.items())


def stem_of(name: str) -> str | None:
    """The name of a notebook without its endings, including those that systems and browsers add; None for other files.

    >>> stem_of("Copy of neuron.ipynb"), stem_of("NEURON.IPYNB.txt"), stem_of("._neuron.ipynb"), stem_of("data.csv")
    ('Copy of neuron', 'NEURON', None, None)
    """
    base = name.rpartition("/")[2]
    if base.startswith("."):
        return None
    found = _NAME.fullmatch(base)
    return found["stem"] if found else None


def may_hold_one(name: str, data: bytes) -> bool:
    """Whether a file with another ending holds a notebook: some browsers save one as .json or .txt."""
    plain = data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")  # of UTF-16 too
    return _BY_CONTENT.fullmatch(name) is not None and plain.startswith(b"{") and b'"cells"' in plain


def choose(files: Mapping[str, bytes], assignment: str, expected: Release | None) -> Chosen:
    """The notebook that counts among these files by name; without ``expected``, only the names decide.

    Raises:
        SubmissionError: if there is none, or it is not clear which one counts; the message names the files.
    """
    wanted = f"{assignment}.ipynb"
    if not files:
        raise SubmissionError(wanted, "is missing")
    ranked = sorted(files, key=lambda name: (_distance(name, assignment), name))
    looks = [_look(name, files[name], assignment, expected) for name in ranked]
    good = [look for look in looks if not look.fault]
    if len(looks) == 1 or not good or expected is None:
        return _taken(looks[0], looks[1:], wanted) if _stands_out(looks, assignment) else _refused(looks, wanted)
    best = _best(good, assignment)
    return _taken(best, [look for look in looks if look is not best], wanted) if best else _refused(good, wanted)


def _distance(name: str, assignment: str) -> int:
    """How far a file's name is from the right one."""
    stem = stem_of(name) or name.rpartition("/")[2].partition(".")[0]
    exact = name == f"{assignment}.ipynb"
    same = squeezed(stem) == squeezed(assignment)
    return 0 if exact else 1 if same else 2 if squeezed(assignment) in squeezed(stem) else 3


def _stands_out(looks: Sequence[_Look], assignment: str) -> bool:
    return len(looks) == 1 or _distance(looks[0].name, assignment) < _distance(looks[1].name, assignment)


def _best(good: Sequence[_Look], assignment: str) -> _Look | None:
    """The first by name, unless another holds all its answers and more; None if that is not clear."""
    first = good[0]
    for look in good[1:]:
        if look.continues(first) and len(look.answers) > len(first.answers):
            first = look
    rivals = [look for look in good if look is not first and not first.continues(look)]
    named = first is good[0] and _distance(first.name, assignment) <= 1
    return first if named or not rivals else None


def _look(name: str, data: bytes, assignment: str, expected: Release | None) -> _Look:
    if expected is None:
        return _Look(name, data)
    try:
        parsed = parse(slim(data), assignment, expected)
    except SubmissionError as error:
        return _Look(name, data, {}, error.fault)
    return _Look(name, data, answers_of(parsed, expected))


def answers_of(parsed: SubmittedNotebook, expected: Release) -> dict[str, str]:
    """What a notebook answers, by grade_id: the text of the cell that holds it."""
    found: dict[str, str] = {}
    for cell in parsed.cells:
        solution = cell.grade_id and expected.cells[cell.grade_id].is_solution and cell.source.strip()
        if cell.grade_id and solution and cell.grade_id not in parsed.unanswered:
            found[cell.grade_id] = cell.source
    for name in expected.exercises:
        for cell in parsed.cells:
            if name not in found and cell.kind == "code" and cell.grade_id != name and defines(cell.source, name):
                found[name] = cell.source
    return found


def _taken(look: _Look, others: Sequence[_Look], wanted: str) -> Chosen:
    notes: list[str] = []
    blank = [other.name for other in others if not other.fault and not other.answers]
    if look.name != wanted:
        untouched = f"{wanted} is as it was released; " if wanted in blank and look.answers else ""
        notes.append(f"{untouched}{'the' if untouched else 'The'} notebook {look.name!a} was taken as {wanted}.")
    for other in others[:_SHOWN]:
        if other.fault:
            notes.append(f"{other.name!a} was passed over: it {other.fault}.")
        elif other.answers and other.answers != look.answers:
            notes.append(f"{other.name!a} holds answers as well, and was passed over: {look.name!a} counts.")
        elif not (other.name == wanted and look.answers):
            notes.append(f"{other.name!a} was passed over: it holds {'the same answers' if other.answers else 'none'}.")
    if len(others) > _SHOWN:
        notes.append(f"{len(others) - _SHOWN} more notebooks were passed over.")
    return Chosen(look.name, look.data, tuple(notes))


def _refused(looks: Sequence[_Look], wanted: str) -> Chosen:
    names = ", ".join(ascii(look.name) for look in looks[:_SHOWN])
    more = f" and {len(looks) - _SHOWN} more" if len(looks) > _SHOWN else ""
    faults = "".join(f"; {look.name!a} {look.fault}" for look in looks[:3] if look.fault)
    raise SubmissionError(
        wanted,
        f"is missing, and it is not clear which notebook counts: {names}{more}{faults}. Hand in one, named {wanted}",
    )


def instead(names: Sequence[str], wanted: str) -> str:
    """The message if there is no notebook at all, only other files."""
    if not names:
        return "is missing"
    first = names[0]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    kind = _EXPORTED.get(first.rpartition(".")[2].lower(), "")
    what = f", which is {kind}, not a notebook" if kind else ""
    return f"is missing: what was handed in is {first!a}{more}{what}. Hand in the file {wanted} itself"
