"""The kit as an adopter has it: installed from its wheel, in an environment that knows nothing of this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from small_course import PROJECT

OF_THE_CHECKOUT = ("__editable__*", "introdl_autograder-*", "__pycache__")


class Kit:
    """An environment with the kit. Its packages are this one's, hard-linked, so that nothing is downloaded."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
        self.bin = folder / "venv" / "bin"
        self.python = self.bin / "python"
        packages = Path(self.said("-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
        ignored = shutil.ignore_patterns(*OF_THE_CHECKOUT)
        shutil.copytree(
            sysconfig.get_path("purelib"), packages, ignore=ignored, copy_function=_link, dirs_exist_ok=True
        )
        of_packages = Path(sys.prefix, "share")  # nbconvert's templates among others
        shutil.copytree(of_packages, folder / "venv" / "share", copy_function=_link, dirs_exist_ok=True)
        self.wheel = _wheel(folder)
        quiet = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
        _run(sys.executable, "-m", "pip", "--python", self.python, "install", *quiet, self.wheel, cwd=folder)
        alembic = self.bin / "alembic"  # nbgrader runs it by name
        alembic.write_text(f"#!{self.python}\nfrom alembic.config import main\nmain()\n")
        alembic.chmod(0o755)

    def autograder(self, *arguments: object, cwd: Path, code: int = 0) -> str:
        """Runs the console command; returns all that it said."""
        return _run(self.bin / "autograder", *arguments, cwd=cwd, code=code)

    def said(self, *arguments: object, cwd: Path, **environment: str) -> str:
        """Runs its Python; returns all that it said."""
        return _run(self.python, *arguments, cwd=cwd, **environment)


def _wheel(folder: Path) -> Path:
    """Builds the wheel from a copy of the checkout: setuptools leaves files beside what it builds."""
    source = folder / "source"
    for name in ("autograder", "assignments", "solutions"):
        shutil.copytree(PROJECT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "course.yml", "constraints.txt"):
        shutil.copy2(PROJECT / name, source)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    _run(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, source, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


def _run(*command: object, cwd: Path, code: int = 0, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=kept | {"COLUMNS": "200"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout
