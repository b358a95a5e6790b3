"""A course with a roster, and downloads made after the systems' conventions."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import small_course
from small_course import RIGHT

from autograder.authoring.answers import fill
from autograder.course import Course, load_course

ROSTER = """\
id,first_name,last_name,email,canvas_id,sis_id,login
student-001,Stüdent,Öne,one@example.org,1001,A-1,sone
student-002,Student,Two,two@example.org,1002,A-2,stwo
student-003,Student,van der Three,three@example.org,1003,A-3,sthree
student-004,Student,Four,four@example.org,1004,A-4,sfour
student-005,Student,Four,five@example.org,1005,A-5,sfour2
"""


def with_roster(small: Course) -> Course:
    """The small course, which names five students."""
    (small.root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (small.root / "course.yml").write_text(f"roster: roster.csv\n{small_course.CONFIG}")
    return load_course(small.root)


def notebook(course: Course, mark: str) -> bytes:
    """A notebook that can be told from the others."""
    return fill(small_course.release(course.root), RIGHT, {"why": mark})


def packed(path: Path, files: Mapping[str, bytes]) -> Path:
    """A zip of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path
