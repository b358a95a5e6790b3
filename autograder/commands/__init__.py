"""The commands, one file each. Importing this package gives each of them to the application, in this order."""

from autograder.commands import (
    build,
    check,
    demo,
    doctor,
    exporting,
    feedback,
    grade,
    importing,
    new,
    report,
    run,
    serve,
    verify,
)

__all__ = [
    "build",
    "check",
    "demo",
    "doctor",
    "exporting",
    "feedback",
    "grade",
    "importing",
    "new",
    "report",
    "run",
    "serve",
    "verify",
]
