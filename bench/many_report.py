"""docs/measured/many.md and its picture: whether memory and time stay flat over many submissions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench import tables
from bench.accounts import Account
from bench.disturbed import Command
from bench.machine import Machine
from bench.series import Look
from bench.timeline import Done, by_assignment, expected, mean, tenths

MIB = 2**20

PAGE = """\
# Many submissions

Written by `make many`. Do not edit.

{count} submissions to all seven assignments, generated from the course's own material (right answers in several styles,
mixtures of known mistakes, unfinished work), graded by `autograder grade --jobs {jobs}` {figures} figures and all
walls ({walls}). Before that, {small} of the same kind in a separate workspace.

{lines}

![Memory and seconds a submission over {count} submissions]({picture})

## Over time

In the order of grading. **s each** leaves out the start-up of the command and of each assignment;
**{small}'s** is what the same assignments took in the run of {small}, so **ratio** shows whether time grows.
**MiB** is the largest sum of all processes' PSS (a page that several share counts once) in that tenth, sampled every
second; **command's** is the command's own process.

{over_time}

## By assignment

{by_assignment}

## Interruptions

{interruptions}

## Nothing lost, nothing twice

{accounts}

## Machine and versions

{machine}
"""


@dataclass(frozen=True)
class Ran:
    """One workspace's run: its commands, what the log tells of it, and what the processes held meanwhile."""

    count: int
    commands: tuple[Command, ...]
    done: tuple[Done, ...]
    looks: tuple[Look, ...]

    @property
    def seconds(self) -> float:
        """Wall time of all starts of the command."""
        return sum(command.end - command.start for command in self.commands)

    @property
    def restarts(self) -> float:
        """Seconds from the last submission before an interruption to the first after it, without the time between."""
        return sum(_restart(self, before, after) for before, after in pairwise(self.commands))

    @property
    def peak(self) -> int:
        """The most memory, of all processes."""
        return max((look.memory for look in self.looks), default=0)


def _restart(ran: Ran, before: Command, after: Command) -> float:
    last = max(one.at for one in ran.done if one.at <= before.end)
    first = min((one.at for one in ran.done if one.at >= after.start), default=after.end)
    return (before.end - last) + (first - after.start)


@dataclass(frozen=True)
class Many:
    """Both runs, the accounts of the large one, and the seconds that looking at all of it again took."""

    small: Ran
    large: Ran
    account: Account
    jobs: int
    figures: bool
    again: float
    verified: float


def each(ran: Ran, *, restarts: bool) -> float:
    """Seconds for a submission, of all that the commands took."""
    return (ran.seconds - (0.0 if restarts else ran.restarts)) / ran.count


def lines(many: Many) -> tuple[str, ...]:
    """The figures that count."""
    small, large = many.small, many.large
    plain, with_restarts = (
        (each(large, restarts=kind), each(large, restarts=kind) / each(small, restarts=kind)) for kind in (False, True)
    )
    steady, then = mean(large.done), expected(large.done, small.done)
    return (
        f"Time for each submission, {large.count} against {small.count}, without start-up: {steady:.3f} s and "
        f"{then:.3f} s. Ratio {steady / then:.3f}.",
        f"With start-up: {plain[0]:.3f} s and {each(small, restarts=False):.3f} s. Ratio {plain[1]:.3f}. Including the "
        f"interruptions: {with_restarts[0]:.3f} s. Ratio {with_restarts[1]:.3f}.",
        f"Peak memory of all processes: {large.peak / MIB:.0f} MiB; at {small.count}, {small.peak / MIB:.0f} MiB.",
        f"Total: {large.seconds / 60:.1f} min. Run again, nothing changed: {many.again:.1f} s; `autograder verify`: "
        f"{many.verified:.1f} s.",
        f"{many.account.results} results for {many.account.handed_in} submissions: {many.account.lost} lost, "
        f"{len(many.account.twice)} graded twice.",
    )


def page(many: Many, machine: Machine, picture: str) -> str:
    """The text of docs/measured/many.md."""
    return PAGE.format(
        count=many.large.count,
        small=many.small.count,
        jobs=many.jobs,
        figures="with" if many.figures else "without",
        walls=machine.walls,
        lines="\n".join(f"* **{line}**" for line in lines(many)),
        picture=picture,
        over_time=tables.markdown(
            ("submissions", "s each", f"{many.small.count}'s", "ratio", "MiB", "command's", "processes", "open files"),
            _over_time(many),
        ),
        by_assignment=tables.markdown(
            ("assignment", "submissions", "s each", f"{many.small.count}'s", "ratio", "first tenth", "last tenth"),
            _by_assignment(many),
        ),
        interruptions="\n".join(_interruptions(many.large)),
        accounts="\n".join(_accounts(many.account)),
        machine="\n".join(f"* {line}" for line in machine.lines),
    )


def _over_time(many: Many) -> Iterator[Sequence[str]]:
    until = 0
    for tenth in tenths(many.large.done):
        until += len(tenth)
        looks = [look for look in many.large.looks if tenth[0].at <= look.at <= tenth[-1].at]
        took, then = mean(tenth), expected(tenth, many.small.done)
        most = [max((value(look) for look in looks), default=0) for value in LOOKED_AT]
        yield (
            str(until),
            f"{took:.3f}",
            f"{then:.3f}",
            f"{took / then:.2f}" if then else "",
            *(f"{size / MIB:.0f}" for size in most[:2]),
            *map(str, most[2:]),
        )


LOOKED_AT = (
    lambda look: look.memory,
    lambda look: look.command,
    lambda look: look.processes,
    lambda look: look.descriptors,
)


def _by_assignment(many: Many) -> Iterator[Sequence[str]]:
    small = by_assignment(many.small.done)
    for name, done in by_assignment(many.large.done).items():
        took, then, parts = mean(done), mean(small[name]), tenths(done)
        ratio = f"{took / then:.2f}" if then else ""
        yield (
            name,
            str(len(done)),
            f"{took:.3f}",
            f"{then:.3f}",
            ratio,
            f"{mean(parts[0]):.3f}",
            f"{mean(parts[-1]):.3f}",
        )


def _interruptions(ran: Ran) -> Iterator[str]:
    for before, after in pairwise(ran.commands):
        yield (
            f"* {before.signal} to the whole process group: {before.at} submissions were in the log when the command "
            f"had ended; {before.left} processes were left. After the restart, the next new result took "
            f"{_restart(ran, before, after):.1f} s of running time."
        )


def _accounts(account: Account) -> Iterator[str]:
    yield f"* {account.handed_in} submissions, {account.results} results, {account.graded} of them with a score;"
    yield f"* {account.executed} executed notebooks;"
    yield f"* {account.rows} submissions whose gradebook rows match the result;"
    yield f"* {account.in_log} submissions in the log, whose last line about each names {account.newest} results;"
    yield f"* {len(account.twice)} in the log twice: {', '.join(map(':'.join, account.twice)) or 'none'};"
    sizes = "; ".join(f"{name} {size / account.handed_in / 1000:.1f}" for name, size in account.sizes.items())
    yield f"* KB of workspace for each submission: {sizes}."


def draw(many: Many, path: Path) -> None:
    """Memory and time over the submissions, as an SVG file without a date."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    import numpy as np

    matplotlib.rcParams.update({"svg.hashsalt": "many", "svg.fonttype": "none", "font.family": "sans-serif"})
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 5.5), sharex=True, layout="constrained")
    moments = np.array([one.at for one in many.large.done])
    looks = [look for look in many.large.looks if moments[0] <= look.at <= moments[-1]]
    places = np.searchsorted(moments, [look.at for look in looks])
    above.plot(places, [look.memory / MIB for look in looks], color="#0072B2", lw=0.8, label="all processes")
    above.plot(places, [look.command / MIB for look in looks], color="#D55E00", lw=0.8, label="the command")
    above.set_ylabel("memory, MiB")
    above.set_ylim(bottom=0)
    above.legend(frameon=False)
    width = max(len(moments) // 100, 1)
    groups = [many.large.done[start : start + width] for start in range(0, len(moments), width)]
    middle = [start + width / 2 for start in range(0, len(moments), width)]
    below.plot(middle, [mean(group) for group in groups], color="#0072B2", label=f"at {many.large.count}")
    usual = [expected(group, many.small.done) for group in groups]
    below.plot(middle, usual, color="#999999", ls="--", label=f"its assignment at {many.small.count}")
    below.set_ylabel("seconds a submission")
    below.set_xlabel("submissions graded")
    below.set_ylim(bottom=0)
    below.legend(frameon=False)
    for axes in (above, below):
        axes.spines[["top", "right"]].set_visible(False)
        for command in many.large.commands[:-1]:
            axes.axvline(command.at, color="#CC79A7", lw=0.8, ls=":")
    path.parent.mkdir(parents=True, exist_ok=True)
    title = f"Memory and seconds a submission over {many.large.count} submissions"
    figure.savefig(path, metadata={"Date": None, "Title": title})
    plt.close(figure)
