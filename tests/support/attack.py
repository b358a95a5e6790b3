"""The command `make attack`: every hostile and every honest golden case against the engine, and what came of them.

It ends with 1 when one point was earned wrongly, one canary touched, one honest point lost, or when one wall alone
stands between a submission and what it must not reach.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import campaign
import every_path
import golden
import walls
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from small_course import PROJECT

from autograder.sandbox.host import bubblewrap


def tell(done: campaign.Campaign) -> bool:
    """Prints the tables; whether all is well."""
    screen = Console(highlight=False)
    screen.print(_table(done.judged))
    bad = [one for one in done.judged if one.faults]
    for one in bad:
        screen.print(f"[red]{one.case.name}[/]: {escape('; '.join(one.faults))}")
    touched = [found for found in done.canaries if found.touched]
    screen.print(_canaries(done))
    for found in touched:
        screen.print(f"[red]{found.kind} {escape(found.name)}[/]: {escape(found.touched)}")
    attacks = [one for one in done.judged if one.case.family not in ("honest", "slip")]
    slips = [one for one in done.judged if one.case.family == "slip"]
    honest = [one for one in done.judged if one.case.family == "honest"]
    screen.print(
        f"Attacks withstood: {_good(attacks)} of {len(attacks)}. "
        f"Honest answers kept: {_good(honest)} of {len(honest)}. Slips understood: {_good(slips)} of {len(slips)}. "
        f"Canaries touched: {len(touched)} of {len(done.canaries)}. {done.seconds:.0f} seconds."
    )
    return not bad and not touched


def tell_of_paths(course: Path) -> bool:
    """Has a student's process try every path of a graded course, of the kit and of /proc; whether it opened none."""
    paths = [*every_path.below(course, PROJECT), *every_path.of_processes()]
    opened = 0
    for wrap in [True, False] if bubblewrap.fault() is None else [False]:
        tried = every_path.inside(paths, wrap=wrap)
        opened += len(tried.opened)
        walled = "with" if wrap else "without"
        print(f"A student's process, {walled} bubblewrap, opened {len(tried.opened)} of {tried.count} paths.")
    return not opened


def _good(judged: list[campaign.Judged]) -> int:
    return sum(not one.faults for one in judged)


def _table(judged: tuple[campaign.Judged, ...]) -> Table:
    titles = yaml.safe_load((golden.FOLDER / "threats.yml").read_text())
    table = Table(title="Golden cases against the engine")
    table.add_column("family")
    for name in ("attacks", "withstood", "honest twins", "kept"):
        table.add_column(name, justify="right")
    for family in sorted(titles):
        tried = [one for one in judged if one.case.family == family]
        twins = [one for one in judged if one.case.twin == family]
        counts = (len(tried), _good(tried), len(twins), _good(twins))
        style = "" if (counts[0], counts[2]) == (counts[1], counts[3]) else "red"
        table.add_row(f"{family}. {titles[family]['title']}", *map(str, counts), style=style)
    return table


def _canaries(done: campaign.Campaign) -> Table:
    laid = Counter(found.kind for found in done.canaries)
    touched = Counter(found.kind for found in done.canaries if found.touched)
    table = Table(title="Canaries")
    for name in ("canary", "laid out", "touched"):
        table.add_column(name, justify="left" if name == "canary" else "right")
    for kind, count in laid.items():
        table.add_row(kind, str(count), str(touched[kind]), style="red" if touched[kind] else "")
    return table


def main() -> int:
    """Runs the campaign; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2, help="processes that grade (default: 2)")
    parser.add_argument("--slowest", type=int, default=0, help="also name so many of the slowest cases")
    parser.add_argument("--without-bubblewrap", action="store_true", help="as on a machine without bwrap")
    parser.add_argument("--only", nargs="+", default=[], metavar="CASE", help="these golden folders alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        if options.without_bubblewrap:
            (Path(folder) / "empty").mkdir()
            os.environ["PATH"] = str(Path(folder) / "empty")
        done = campaign.run(Path(folder), options.workers, options.only)
        good = tell(done)
        if not options.only:
            (Path(folder) / "walls").mkdir()
            good &= walls.tell(walls.switched_off(Path(folder) / "walls"))
            good &= tell_of_paths(Path(folder) / "course")
    for result in sorted(done.results.values(), key=lambda result: -result.seconds)[: options.slowest]:
        print(f"{result.seconds:6.2f} s  {result.student}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
