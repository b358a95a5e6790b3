"""The calculation for a hundred thousand submissions, of what was measured; kept between two marks in a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LARGE = 100_000
WORKERS = (2, 16, 64, 256)
BEGIN, END = "<!-- measured by bench.many: begin -->", "<!-- measured by bench.many: end -->"

SECTION = """\
Measured on one machine ({machine}), {count} submissions to all seven assignments {drawn} figures: **{rate:.2f} a
second** with {jobs} jobs once the command runs, or **{busy:.2f} worker-seconds for each submission**; peak memory of
all processes {peak:.0f} MiB; {size:.0f} KB of workspace for each submission.

| what the command itself does, measured alone | |
|---|---:|
| reads a submission, decodes its result, writes its files, log and gradebook rows | {alone:.0f} submissions a second |
| the gradebook (SQLite) part of it | {rows:.0f} rows a second, {rows_each:.0f} rows a submission |
| traffic to a worker, and back | {sent:.0f} KB, {back:.0f} KB a submission |
| a scheduler with two workers that do nothing, all on these cores | {tasks:.0f} submissions a second |

100,000 submissions are {hours:.0f} worker-hours at that rate. Shared among the workers, and no faster than the command
itself:

| workers | submissions a second | 100,000 take | what limits |
|---:|---:|---:|---|
{table}

At the command's limit of {limit:.0f} submissions a second, {most:.0f} workers are busy and {wire:.0f} Mbit/s cross the
command's network. The workspace takes {disk:.0f} GB. [All about the run of {count}](measured/many.md).
"""


@dataclass(frozen=True)
class Figures:
    """What was measured, with figures ``drawn`` or without.

    ``rate``, ``alone`` and ``tasks`` are submissions a second, sizes are in bytes.
    """

    machine: str
    count: int
    jobs: int
    rate: float
    peak: float
    size: float
    alone: float
    rows: float
    rows_each: float
    sent: float
    back: float
    tasks: float
    drawn: bool = True

    @property
    def busy(self) -> float:
        """Seconds that a worker needs for a submission."""
        return self.jobs / self.rate

    @property
    def limit(self) -> float:
        """Submissions a second that one command can serve, by the slower of its own work and its scheduler's."""
        return min(self.alone, self.tasks)


def calculation(figures: Figures) -> str:
    """The section's text."""
    return SECTION.format(
        machine=figures.machine,
        count=f"{figures.count:,}",
        rate=figures.rate,
        jobs=figures.jobs,
        drawn="with" if figures.drawn else "without",
        busy=figures.busy,
        peak=figures.peak / 2**20,
        size=figures.size / 1000,
        alone=figures.alone,
        rows=figures.rows,
        rows_each=figures.rows_each,
        sent=figures.sent / 1000,
        back=figures.back / 1000,
        tasks=figures.tasks,
        hours=LARGE * figures.busy / 3600,
        table="\n".join(_row(figures, workers) for workers in WORKERS),
        limit=figures.limit,
        most=figures.limit * figures.busy,
        wire=figures.limit * (figures.sent + figures.back) * 8 / 1e6,
        disk=LARGE * figures.size / 1e9,
    )


def _row(figures: Figures, workers: int) -> str:
    wanted = workers / figures.busy
    rate = min(wanted, figures.limit)
    own = "the command" if figures.alone <= figures.tasks else "the scheduler"
    return f"| {workers} | {rate:.1f} | {_told(LARGE / rate)} | {'the workers' if rate == wanted else own} |"


def _told(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"


def put_between(page: Path, text: str) -> None:
    """Renews what stands between the marks.

    Raises:
        ValueError: when the page has no marks.
    """
    old = page.read_text(encoding="utf-8")
    new, count = re.subn(
        rf"{re.escape(BEGIN)}\n.*?{re.escape(END)}", lambda _: f"{BEGIN}\n{text}{END}", old, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"{page.name} has not the marks '{BEGIN}' and '{END}' once")
    page.write_text(new, encoding="utf-8")
