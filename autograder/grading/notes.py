"""What a report says about how a notebook ran: which cells stopped and why, and which definitions were passed over."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence

from autograder.notebooks.submitted import Cell, SubmittedNotebook
from autograder.sandbox.common.messages import Choice, Failure
from autograder.sandbox.host.replies import CellRun, Died, Garbled, TimedOut

MAX_FAILED = 8
_QUOTED = 80
_CHARACTER = re.compile(r"invalid (?:non-printable )?character.*\(?U\+([0-9A-F]{4,6})\)?")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})", re.MULTILINE)
_NEWER = re.compile(r"f-string|^\s*type \w+(?:\[.*\])? =|^\s*(?:def|class) \w+\[|\bt[\"']", re.MULTILINE)


def why_stopped(run: CellRun) -> str:
    """Why a cell did not finish, as the rest of a sentence."""
    if isinstance(run.fault, TimedOut):
        return f"it took more than {run.fault.seconds:.3g} seconds"
    if isinstance(run.fault, Garbled):
        return f"what came back was not an answer, {run.fault.reason}"
    return run.fault.reason if isinstance(run.fault, Died) else ""


def notes_on(
    parsed: SubmittedNotebook, released: Collection[str], runs: Sequence[CellRun], choices: Sequence[Choice]
) -> tuple[str, ...]:
    """Sentences about cells that stopped or failed, and about definitions that were passed over.

    ``released`` are sources of the release's own cells: what a wrong answer does to them is not worth a note.
    """
    stopped = [f"Cell {run.index + 1} was stopped: {why_stopped(run)}." for run in runs if why_stopped(run)]
    failures = ((parsed.cells[run.index], failure) for run, failure in _failures(runs))
    failed = [_failed(cell, failure) for cell, failure in failures if cell.source not in released]
    if len(failed) > MAX_FAILED:
        failed = [*failed[:MAX_FAILED], f"{len(failed) - MAX_FAILED} more cells failed."]
    return (*stopped, *failed, *(note for choice in choices for note in _passed_over(choice, parsed)))


def elsewhere(parsed: SubmittedNotebook, choices: Sequence[Choice]) -> frozenset[str]:
    """The exercises answered outside their own cell."""
    own = {cell.grade_id: cell.index for cell in parsed.cells}
    return frozenset(choice.exercise for choice in choices if choice.cell not in (-1, own.get(choice.exercise)))


def causes(names: Sequence[str], parsed: SubmittedNotebook, runs: Sequence[CellRun]) -> Mapping[str, str]:
    """For each exercise whose own cell failed, or one that would have defined it: what happened there."""
    failed = {run.index: failure for run, failure in _failures(runs)}
    found: dict[str, str] = {}
    for name in names:
        defines = re.compile(rf"^\s*(?:def|class)\s+{re.escape(name)}\b", re.MULTILINE)
        for cell in parsed.cells:
            if cell.index in failed and (cell.grade_id == name or defines.search(cell.source)):
                found[name] = _failed(cell, failed[cell.index])
    return found


def _failures(runs: Sequence[CellRun]) -> Iterator[tuple[CellRun, Failure]]:
    """The cells that ended with an exception, except for calls of a stub, which are not worth a note."""
    for run in runs:
        failure = next((output for output in run.outputs if isinstance(output, Failure)), None)
        if failure is not None and failure.ename not in ("NotImplementedError", "SystemExit"):
            yield run, failure


def _failed(cell: Cell, failure: Failure) -> str:
    lines = cell.source.splitlines()
    at = ""
    if 0 < failure.line <= len(lines):
        text = lines[failure.line - 1].strip()
        at = f" in line {failure.line}" + (f", `{text[:_QUOTED]}`" if text else "")
    said = failure.evalue.partition("\n")[0].strip()
    said = re.sub(r" \(<cell \d+>, line \d+\)$", "", said)[:200]
    advice = _advice(cell.source, failure)
    what = f"{failure.ename}: {said}" if said else failure.ename
    return f"Cell {cell.index + 1} failed{at} with {what}. {advice}".rstrip()


def _advice(source: str, failure: Failure) -> str:
    """What a student can do about it."""
    said = failure.evalue
    if failure.ename in ("SyntaxError", "IndentationError", "TabError"):
        return _advice_on_syntax(source, failure)
    if failure.ename == "ModuleNotFoundError":
        module = re.search(r"No module named '([^']+)'", said)
        name = module[1] if module else "this module"
        if name.split(".")[0] == "google":
            return "This package exists only on Google Colab: take the line out, or put it into a cell of its own."
        return (
            f"{name} is not installed where notebooks are graded. Do without it, or hand in the file beside this one."
        )
    if failure.ename == "FileNotFoundError":
        return "Hand in the file beside the notebook, and open it by its name alone."
    if failure.ename == "NameError":
        return (
            "The notebook runs from top to bottom: a name has to be defined in a cell above, or further up in this one."
        )
    return ""


def _advice_on_syntax(source: str, failure: Failure) -> str:
    strange = _CHARACTER.search(failure.evalue)
    if strange:
        name = unicodedata.name(chr(int(strange[1], 16)), "a character without a name")
        return f"U+{strange[1]} is called {name}. It often comes with copied text: type this line again by hand."
    if _CONFLICT.search(source):
        return "These are git's conflict markers: keep one of the two versions, and delete the three marker lines."
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    line = (source.splitlines()[failure.line - 1 : failure.line] or [""])[0]
    if _NEWER.search(line) or "f-string" in failure.evalue:
        return f"Notebooks are graded with Python {version}; a newer Python may understand more than this one does."
    if "incomplete input" in failure.evalue or "was never closed" in failure.evalue:
        return "A bracket or a quotation mark is not closed."
    if failure.ename == "TabError":
        return "Tabs and spaces are mixed: use four spaces for each level."
    return "None of the cell's lines ran."


def _passed_over(choice: Choice, parsed: SubmittedNotebook) -> Iterator[str]:
    name = choice.exercise
    own = next((cell for cell in parsed.cells if cell.grade_id == name), None)
    at_home = own is not None and choice.cell == own.index
    if own is not None and not at_home and choice.cell >= 0 and own.source.strip():
        yield f"The cell of {name} holds no finished answer, so the one in cell {choice.cell + 1} counts."
    for cell, what in choice.passed_over:
        counts = "its own cell" if at_home else f"cell {choice.cell + 1}"
        yield f"Cell {cell + 1} uses the name {name} for {what} further down; the answer in {counts} counts."
