"""Everything about the distribution is in pyproject.toml; this packs the course that `autograder init` starts from."""

from __future__ import annotations

import runpy
import zipfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
KIT_COURSE = Path("autograder", "authoring", "kit_course.py")


class WithCourse(build_py):
    """Lays the course into the package as one archive. An editable installation reads the checkout itself."""

    def run(self) -> None:
        """Copies the package, then packs the course."""
        super().run()
        if self.editable_mode:
            return
        kit = runpy.run_path(str(HERE / KIT_COURSE))
        target = Path(self.build_lib) / KIT_COURSE.with_name(kit["ARCHIVE"])
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in kit["course_files"](HERE):
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # without a date: always the same


setup(cmdclass={"build_py": WithCourse})
