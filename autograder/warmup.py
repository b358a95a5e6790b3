"""Starts the process that workers are forked from, which imports what they need while the command goes on."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

NEEDED = "autograder.engine"


def warm_start() -> ForkServerContext:
    """Starts that process unless it runs already. Called early, its imports take place beside the command's own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([NEEDED])
    forkserver.ensure_running()
    return context
