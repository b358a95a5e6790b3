"""Starts the process that workers are forked from, which imports what they need while the command continues."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver, util
from multiprocessing.context import ForkServerContext

from autograder.sandbox.host.scratch import Scratch, place_for_sockets

NEEDED = "autograder.grading.pool"


def warm_start() -> ForkServerContext:
    """Starts that process unless it is running. Called early, it imports in parallel with the command."""
    context = multiprocessing.get_context("forkserver")
    _own_folder()
    context.set_forkserver_preload([NEEDED])
    forkserver.ensure_running()
    return context


def _own_folder() -> None:
    """Sockets between this program's processes are in a folder that is cleaned up even if the program is killed."""
    settings: dict[str, object] = multiprocessing.process.current_process()._config  # type: ignore[attr-defined]
    if settings.get("tempdir") is None:
        folder = Scratch(place_for_sockets())
        settings["tempdir"] = str(folder.path)
        util.Finalize(None, folder.remove, exitpriority=-200)
