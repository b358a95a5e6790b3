"""What the workspace's log tells of a run: when each submission was done, and how long each took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from autograder.workspace.log import lines_of, read_log


@dataclass(frozen=True)
class Done:
    """A submission that was graded: when, and the seconds since the one before.

    ``took`` is None for the first after a start of the command or of an assignment, which waits for more than itself.
    """

    at: float
    assignment: str
    student: str
    took: float | None


def read_timeline(workspace: Path) -> tuple[Done, ...]:
    """All submissions that the log tells of, in order."""
    done: list[Done] = []
    last: float | None = None
    for line in lines_of(read_log(workspace)):
        entry = line.entry
        if entry is None or entry.event != "graded":
            last = None
            continue
        at = datetime.fromisoformat(entry.at).timestamp()
        done.append(Done(at, entry.assignment, entry.student, None if last is None else at - last))
        last = at
    return tuple(done)


def mean(done: Sequence[Done]) -> float:
    """Seconds for a submission, without starts."""
    took = [one.took for one in done if one.took is not None]
    return sum(took) / len(took) if took else 0.0


def by_assignment(done: Sequence[Done]) -> Mapping[str, tuple[Done, ...]]:
    """The submissions of each assignment."""
    found: dict[str, list[Done]] = defaultdict(list)
    for one in done:
        found[one.assignment].append(one)
    return {name: tuple(group) for name, group in found.items()}


def tenths(done: Sequence[Done]) -> tuple[tuple[Done, ...], ...]:
    """In ten parts of equal length, as far as that goes."""
    cuts = [len(done) * cut // 10 for cut in range(11)]
    return tuple(tuple(done[start:end]) for start, end in pairwise(cuts) if start < end)


def expected(done: Sequence[Done], small: Sequence[Done]) -> float:
    """What these submissions would take each, were each as quick as its assignment's in the ``small`` run."""
    quick = {name: mean(group) for name, group in by_assignment(small).items()}
    took = [quick[one.assignment] for one in done if one.took is not None]
    return sum(took) / len(took) if took else 0.0


def twice(done: Sequence[Done]) -> tuple[tuple[str, str], ...]:
    """Those that the log has more than once."""
    counts = Counter((one.assignment, one.student) for one in done)
    return tuple(sorted(who for who, count in counts.items() if count > 1))
