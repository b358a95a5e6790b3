"""Runs nbgrader's command line again and again without importing it each time, which takes two seconds.

Each command is a process of its own, forked from this one: `python -m nbgrader` as it stands, with its own folder,
environment and exit status. Reads one JSON object a line, and answers each with the exit status.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import traceback
from typing import Any, NoReturn

import nbgrader.apps  # noqa: F401  # what takes the time


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def run(order: dict[str, Any]) -> NoReturn:
    os.setpgid(0, 0)
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["nbgrader", *order["arguments"]]
    status = 0
    try:
        runpy.run_module("nbgrader", run_name="__main__", alter_sys=False)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
