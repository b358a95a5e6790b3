"""A course: what course.yml says of it, and every path of the course and its workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec

from autograder.course import moments
from autograder.course.deadlines import Late, aware
from autograder.course.settings import Assignment, Config
from autograder.errors import CourseError

CONFIG_NAME = "course.yml"


class Revealed(msgspec.Struct, frozen=True):
    """What students may see now: the points, the misconceptions with their hints, and the counterexamples."""

    score: bool
    hint: bool
    counterexample: bool


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course: its configuration and where its files are. All paths are absolute."""

    config: Config
    root: Path
    workspace: Path

    @property
    def course_id(self) -> str:
        """The course's id, which is also used in nbgrader's gradebook."""
        return self.config.course

    @property
    def title(self) -> str:
        """The course's title for people."""
        return self.config.title

    @property
    def assignments(self) -> Mapping[str, Assignment]:
        """The assignments by name, in the order of course.yml."""
        return self.config.assignments

    @property
    def gradebook(self) -> str:
        """The gradebook's database URL; a relative SQLite path is taken from the workspace."""
        match = re.fullmatch(r"sqlite:///([^/].*)", self.config.gradebook)
        return f"sqlite:///{quoted(str(self.workspace))}/{match[1]}" if match else self.config.gradebook

    def assignment(self, name: str) -> Assignment:
        """The assignment of that name.

        Raises:
            CourseError: if course.yml lists no such assignment.
        """
        if name not in self.assignments:
            known = ", ".join(self.assignments)
            raise CourseError(self.root / CONFIG_NAME, f"no assignment '{name}'; it lists: {known}")
        return self.assignments[name]

    @property
    def first(self) -> str:
        """The name of the first assignment.

        Raises:
            CourseError: if course.yml lists none yet.
        """
        if not self.assignments:
            raise CourseError(self.root / CONFIG_NAME, "lists no assignment yet; `autograder new NAME` starts one")
        return next(iter(self.assignments))

    @property
    def exchange(self) -> Path | None:
        """The folder of nbgrader's exchange, relative to the course; None for nbgrader's own choice."""
        return None if self.config.exchange is None else (self.root / self.config.exchange).resolve()

    @property
    def roster(self) -> Path | None:
        """The list of students, relative to the course, if there is one."""
        return None if self.config.roster is None else (self.root / self.config.roster).resolve()

    def is_due(self, name: str, now: datetime) -> bool:
        """Whether the due date has passed, and the last section's; an assignment without one counts as past due."""
        one = self.assignment(name)
        return one.due is None or now >= max(aware(due) for due in (one.due, *one.sections.values()))

    @property
    def timezone(self) -> tzinfo | None:
        """The time zone in course.yml; None if each date keeps its own."""
        return None if self.config.timezone is None else moments.zone_named(self.config.timezone)

    def due(self, name: str, student: str | None = None, section: str = "") -> datetime | None:
        """The due date in the course's time zone, or a student's extension; None without one."""
        assignment = self.assignment(name)
        due = assignment.extensions.get(student or "") or assignment.sections.get(section) or assignment.due
        if due is None or due.tzinfo is None:
            return None if due is None else aware(due)
        return due if self.timezone is None else due.astimezone(self.timezone)

    def late_policy(self, name: str) -> Late:
        """What a late submission to this assignment loses."""
        return self.assignment(name).late or self.config.late

    def revealed(self, name: str, now: datetime) -> Revealed:
        """What students may see of the assignment at that time."""
        feedback, due = self.config.feedback, self.is_due(name, now)
        return Revealed(
            *(
                when == "always" or (when == "after-due" and due)
                for when in (feedback.score, feedback.hint, feedback.counterexample)
            )
        )

    def section(self, name: str, exercise: str) -> str:
        """The address of the section about an exercise on the course's site; empty without one."""
        site = self.config.site
        return f"{site.rstrip('/')}/{name}.html#exercise-{exercise}" if site else ""

    # the course's files
    def source_path(self, name: str) -> Path:
        """The notebook's source that students read."""
        return self.root / "assignments" / f"{name}.md"

    def reference_path(self, name: str) -> Path:
        return self.root / "solutions" / f"{name}.py"

    def mistakes_path(self, name: str) -> Path:
        return self.root / "solutions" / "mistakes" / f"{name}.py"

    def hidden_path(self, name: str) -> Path:
        return self.root / "solutions" / "hidden" / f"test_{name}.py"

    def marking_path(self, question: str) -> Path:
        """The marking guide of a written question."""
        return self.root / "solutions" / "marking" / f"{question}.md"

    # the workspace's folders
    def source_dir(self, name: str) -> Path:
        """nbgrader's instructor version."""
        return self.workspace / "source" / name

    def release_dir(self, name: str) -> Path:
        """What students get."""
        return self.workspace / "release" / name

    def releases_path(self, name: str) -> Path:
        """The record of the cells of all releases of one assignment."""
        return self.workspace / "releases" / f"{name}.json"

    def release_notebook(self, name: str) -> Path:
        """The notebook that students get."""
        return self.release_dir(name) / f"{name}.ipynb"

    def grades_path(self, suffix: str) -> Path:
        """The final grades, as a file of that kind."""
        return self.workspace / "grades" / f"grades.{suffix}"

    @property
    def submitted_dir(self) -> Path:
        return self.workspace / "submitted"

    def autograded_dir(self, student: str, name: str) -> Path:
        """The folder of one student's executed notebook."""
        return self.workspace / "autograded" / student / name

    def executed_notebook(self, student: str, name: str) -> Path:
        """The executed notebook of one student."""
        return self.autograded_dir(student, name) / f"{name}.ipynb"

    def results_dir(self, name: str) -> Path:
        """The results of one assignment, one file per student."""
        return self.workspace / "results" / name

    def feedback_path(self, student: str, name: str) -> Path:
        """The report of one student."""
        return self.workspace / "feedback" / student / name / f"{name}.html"

    def course_report_path(self, *, anonymous: bool = False) -> Path:
        """The report over all assignments."""
        return self.workspace / "reports" / f"course{'-anonymous' if anonymous else ''}.html"

    def class_report_path(self, name: str, *, anonymous: bool = False) -> Path:
        """The report of the class."""
        return self.workspace / "reports" / f"{name}{'-anonymous' if anonymous else ''}.html"


def quoted(path: str) -> str:
    """A path as part of a database URL, where ? and % have a special meaning."""
    return path.replace("%", "%25").replace("?", "%3F")
