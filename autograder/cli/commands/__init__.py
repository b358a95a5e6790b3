"""The commands, one file each. Importing this package gives each of them to the application, in this order."""

from autograder.cli.commands import (
    build,
    check,
    demo,
    desk,
    doctor,
    export,
    feedback,
    grade,
    import_,
    init,
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
    "desk",
    "doctor",
    "export",
    "feedback",
    "grade",
    "import_",
    "init",
    "new",
    "report",
    "run",
    "serve",
    "verify",
]
