"""Starts the process that workers are forked from, which imports what they need while the command goes on."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver, util
from multiprocessing.context import ForkServerContext

from autograder.sandbox.host.scratch import Scratch, place_for_sockets

NEEDED = "autograder.grading.pool"


def warm_start() -> ForkServerContext:
    """Starts that process unless it runs already. Called early, its imports take place beside the command's own."""
    context = multiprocessing.get_context("forkserver")
    _own_folder()
    context.set_forkserver_preload([NEEDED])
    forkserver.ensure_running()
    return context


def _own_folder() -> None:
    """Sockets between this program's processes lie in a folder that is swept up, should the program be killed."""
    settings: dict[str, object] = multiprocessing.process.current_process()._config  # type: ignore[attr-defined]
    if settings.get("tempdir") is None:
        folder = Scratch(place_for_sockets())
        settings["tempdir"] = str(folder.path)
        util.Finalize(None, folder.remove, exitpriority=-200)
