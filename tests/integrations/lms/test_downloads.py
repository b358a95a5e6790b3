"""Whose a file of a download is, whatever folders lie around it or in it; and the bounds of each student."""

from __future__ import annotations

import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import small_course
from downloads import ROSTER, packed

from autograder.course import Course, load_course
from autograder.errors import SubmissionError
from autograder.integrations.lms import archive
from autograder.integrations.lms.archive import ArchiveEntry
from autograder.integrations.lms.file_names import READERS
from autograder.integrations.lms.import_submissions import import_submissions
from autograder.text import harmless
from autograder.workspace.roster import Roster, RosterEntry

NOBODY = Roster(())
CLASS = Roster(
    (RosterEntry("student-001", "Stüdent", "Öne", canvas_id="1001"), RosterEntry("student-002", "Student", "Two"))
)


def entry(name: str, data: bytes = b"{}") -> ArchiveEntry:
    return ArchiveEntry(tuple(name.split("/")), read=lambda: data)


def owners(system: str, names: Iterable[str], roster: Roster = NOBODY, **more: object) -> dict[str, str]:
    """By file, whose it is; '?' for somebody unknown."""
    found = READERS[system]([entry(name) for name in names], roster, "toy", **more)
    return {"/".join(f.entry.parts): f.found[0].id if f.found else "?" for f in found}


WRAPPED = {
    "as it is": ["ada/toy.ipynb", "bob/toy.ipynb"],
    "a pack": ["pack/ada/toy.ipynb", "pack/bob/toy.ipynb"],
    "named as the assignment": ["toy/ada/toy.ipynb"],
    "nbgrader's submitted": ["submitted/ada/toy/toy.ipynb", "submitted/bob/toy/toy.ipynb"],
    "nbgrader's submitted, one student": ["submitted/ada/toy/toy.ipynb"],
    "one student": ["ada/toy.ipynb"],
    "one student as nbgrader has it": ["ada/toy/toy.ipynb", "ada/toy/data.csv"],
    "files": ["ada.ipynb", "bob_toy.ipynb"],
    "files in a pack": ["pack/ada.ipynb", "pack/bob_toy.ipynb"],
    "one file with the assignment in a pack": ["pack/ada_toy.ipynb"],
    "a readme beside": ["README.txt", "pack/ada/toy.ipynb", "pack/bob/toy.ipynb"],
    "a folder of one's own": ["ada/solution/toy.ipynb", "bob/toy.ipynb"],
    "attempts in a pack": ["pack/ada/final/toy.ipynb", "pack/bob/toy.ipynb"],
    "a notebook of another name": ["ada/my work.ipynb", "bob/toy.ipynb"],
}


@pytest.mark.parametrize("shape", WRAPPED)
def test_the_folder_around_all_is_nobody(shape: str) -> None:
    found = {owner for owner in owners("folder", WRAPPED[shape]).values() if owner != "README.txt"}
    assert found <= {"ada", "bob"}
    assert "ada" in found


@pytest.mark.parametrize("shape", WRAPPED)
def test_with_a_roster_it_is_the_same(shape: str) -> None:
    roster = Roster((RosterEntry("ada"), RosterEntry("bob")))
    assert set(owners("folder", WRAPPED[shape], roster).values()) <= {"ada", "bob", "?"}
    assert "ada" in owners("folder", WRAPPED[shape], roster).values()


@pytest.mark.parametrize(
    "names",
    [["pack/ada/toy.ipynb"], ["pack/my work.ipynb"], ["a/b/c/toy.ipynb"], ["a/b/ada/toy.ipynb", "a/b/bob/toy.ipynb"]],
)
def test_what_could_be_either_is_refused_by_name(names: list[str]) -> None:
    with pytest.raises(SubmissionError, match="does not show who handed in"):
        owners("folder", names)


@pytest.mark.parametrize("names", [["pack/ada/toy.ipynb"], ["pack/ada.ipynb"], ["a/b/ada/toy.ipynb"]])
def test_somebody_who_handed_in_before_is_known_again(names: list[str]) -> None:
    assert set(owners("folder", names, known=("ada", "bob")).values()) == {"ada"}


def test_with_a_roster_any_number_of_folders_can_lie_around() -> None:
    names = ["a/b/c/student-001/toy.ipynb", "a/b/c/student-002/toy.ipynb", "a/readme.txt"]
    assert set(owners("folder", names, CLASS).values()) == {"student-001", "student-002"}


def test_a_single_unknown_student_is_unknown_and_not_taken_for_a_pack() -> None:
    assert set(owners("folder", ["eve/toy.ipynb"], CLASS).values()) == {"?"}
    assert set(owners("folder", ["eve/solution/toy.ipynb"], CLASS).values()) == {"?"}


PLANTED = {
    "folder": (["eve/student-001/toy.ipynb", "student-002/toy.ipynb"], "eve/student-001/toy.ipynb"),
    "moodle": (
        ["Eve Stranger_1_assignsubmission_file_/Stüdent Öne_2_assignsubmission_file_/toy.ipynb"],
        "Eve Stranger_1_assignsubmission_file_/Stüdent Öne_2_assignsubmission_file_/toy.ipynb",
    ),
    "canvas": (["strangereve_9_501_work/celikjose_1001_502_toy.ipynb"],) * 2,
}


@pytest.mark.parametrize("system", PLANTED)
def test_a_name_inside_a_students_own_folder_gives_it_to_nobody_else(system: str) -> None:
    names, planted = PLANTED[system]
    planted = planted if isinstance(planted, str) else planted[0]
    assert owners(system, names, CLASS)[planted] == "?"


OWN = b"submission_1:\n  :submitters:\n  - :sid: eve\nsubmission_2:\n  :submitters:\n  - :sid: ada\n"
FORGED = b"submission_1:\n  :submitters:\n  - :sid: ada\nsubmission_2:\n  :submitters:\n  - :sid: eve\n"


@pytest.mark.parametrize(
    "forged",
    [
        "export/submission_1/submission_metadata.yml",
        "export/submission_1/deep/er/submission_metadata.yml",
        "export/submission_1/submission_2/submission_metadata.yml",
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_a_students_own_metadata_gives_nobody_anothers_work(forged: str, first: bool) -> None:
    planted, real = entry(forged, FORGED), entry("export/submission_metadata.yml", OWN)
    files = [entry("export/submission_1/toy.ipynb"), entry("export/submission_2/toy.ipynb")]
    listed = [planted, real, *files] if first else [real, *files, planted]
    found = {"/".join(f.entry.parts): f.found[0].id for f in READERS["gradescope"](listed, NOBODY, "toy")}
    assert found["export/submission_1/toy.ipynb"] == "eve"
    assert found["export/submission_2/toy.ipynb"] == "ada"
    assert found[forged] == "eve"


def test_a_folder_named_as_a_submission_inside_of_one_stays_its_owners() -> None:
    listed = [entry("submission_metadata.yml", OWN), entry("submission_1/submission_2/toy.ipynb")]
    assert [f.found[0].id for f in READERS["gradescope"](listed, NOBODY, "toy")] == ["eve"]


def test_metadata_that_are_there_twice_are_refused() -> None:
    listed = [entry("a/submission_metadata.yml", OWN), entry("b/submission_metadata.yml", FORGED)]
    with pytest.raises(SubmissionError, match="is there twice"):
        list(READERS["gradescope"](listed, NOBODY, "toy"))
    with pytest.raises(SubmissionError, match="is not in the download"):
        list(READERS["gradescope"]([entry("submission_1/submission_metadata.yml", FORGED)], NOBODY, "toy"))


@pytest.mark.parametrize("kind", ["file", "onlinetext", "comments"])
@pytest.mark.parametrize("end", ["", "_"])
def test_moodles_other_folders_belong_to_the_same_student(kind: str, end: str) -> None:
    name = f"Stüdent Öne_4711_assignsubmission_{kind}{end}/onlinetext.html"
    (found,) = READERS["moodle"]([entry(name)], CLASS, "toy")
    assert [student.id for student in found.found] == ["student-001"]


# bounds, and what is taken beside


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = small_course.write(tmp_path / "course")
    (root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (root / "course.yml").write_text(f"roster: roster.csv\n{small_course.CONFIG}")
    return load_course(root)


def laid(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


MANY = {f"student-001/{number}.txt": b"x" for number in range(1001)} | {"student-001/toy.ipynb": b"{}"}
HEAVY = {f"student-001/{number}.bin": b"\0" * 400_000 for number in range(52)} | {"student-001/toy.ipynb": b"{}"}


@pytest.mark.parametrize("how", [packed, laid], ids=["a zip", "a folder"])
@pytest.mark.parametrize(
    ("files", "told"),
    [(MANY, "handed in 1,002 files, more than 1,000"), (HEAVY, "handed in more than 10 MB, unpacked")],
    ids=["many", "heavy"],
)
def test_too_much_of_one_student_is_told_and_everybody_else_is_taken(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: object, files: dict[str, bytes], told: str
) -> None:
    monkeypatch.setattr(archive, "MAX_STUDENT_BYTES", 10_000_000)
    others = {"student-002/toy.ipynb": b"{}", "student-003/toy.ipynb": b"{}"}
    assert callable(how)
    done = import_submissions(course, "folder", how(tmp_path / "download", files | others), "toy")
    assert done.taken == ["student-002", "student-003"]
    assert done.left_out == [("student-001", told)]


def test_of_a_large_download_only_one_student_is_in_memory(course: Course, tmp_path: Path) -> None:
    files = {f"student-00{n}/part{part}.csv": b" " * 4_000_000 for n in range(1, 6) for part in range(4)}
    notebooks = {f"student-00{n}/toy.ipynb": b"{}" for n in range(1, 6)}
    path = packed(tmp_path / "large.zip", files | notebooks)
    tracemalloc.start()
    try:
        assert len(import_submissions(course, "folder", path, "toy").taken) == 5
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_what_belongs_to_nobody_is_not_even_read(course: Course, tmp_path: Path) -> None:
    path = packed(tmp_path / "d.zip", {"eve/toy.ipynb": b"{}", "student-001/toy.ipynb": b"{}"})
    data = path.read_bytes()
    with zipfile.ZipFile(path) as made:
        at = made.getinfo("eve/toy.ipynb").header_offset
    path.write_bytes(data[:at] + b"\0\0\0\0" + data[at + 4 :])  # its header is damaged
    done = import_submissions(course, "folder", path, "toy")
    assert (done.taken, done.unknown, done.left_out) == (["student-001"], ["eve"], [])


def test_a_text_typed_into_moodle_is_nobodys_file(course: Course, tmp_path: Path) -> None:
    files = {
        "Stüdent Öne_1_assignsubmission_file_/toy.ipynb": b"{}",
        "Stüdent Öne_1_assignsubmission_onlinetext_/onlinetext.html": b"<p>See my notebook.",
        "Student Two_2_assignsubmission_onlinetext_/onlinetext.html": b"<p>I forgot.",
    }
    done = import_submissions(course, "moodle", packed(tmp_path / "m.zip", files), "toy")
    assert (done.taken, done.unknown) == (["student-001"], [])
    assert done.left_out == [("student-002", "handed in no notebook: only text that was typed in")]
    assert [path.name for path in (course.submitted_dir / "student-001" / "toy").iterdir()] == ["toy.ipynb"]


def test_what_macos_lays_beside_a_file_is_passed_over(course: Course, tmp_path: Path) -> None:
    files = {"student-001/._toy.ipynb": b"\0\5\x16\7", "student-001/toy.ipynb": b"{}", "__MACOSX/x": b""}
    done = import_submissions(course, "folder", packed(tmp_path / "m.zip", files), "toy")
    assert (done.taken, done.left_out, done.kept) == (["student-001"], [], [])


FORMULAS = [
    "=1+1", "+1", "-1+2", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)",
    "﹦1", "﹢1", "﹣1", "﹫x", "⁼1", "₊1", "⁻1", "−1",
    "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000＝1", "\ufeff=1", "\u200b=1", "\u202e=1", "\x00=1", "\u0301=1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS, ids=[ascii(text) for text in FORMULAS])
def test_no_text_is_a_formula_to_a_spreadsheet(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Ada", "D'Arcy", "Žofie", "李", "ﬁona", "a=1", "", "1-2", 3, -1.5, None])
def test_other_values_stay_as_they_are(value: object) -> None:
    assert harmless(value) == value
    if isinstance(value, str):
        assert harmless(unicodedata.normalize("NFD", value)) == unicodedata.normalize("NFD", value)
