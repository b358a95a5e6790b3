"""Whatever lies in submitted/ is either read within bounds or rejected with a sentence; nothing raises."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from nbgrader.utils import parse_utc

from autograder.workspace.submissions import Rejected, Submission, find, load, students


def hand_in(submitted: Path, student: str, name: str = "neuron.ipynb", data: bytes = b"{}") -> Path:
    folder = submitted / student / "neuron"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder


def taken(outcome: Submission | Rejected) -> Submission:
    assert isinstance(outcome, Submission), outcome
    return outcome


def reason(submitted: Path, student: str = "ada") -> str:
    outcome = load(submitted, "neuron", student)
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason


def test_submissions_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    for student in ("carl", "ada", "bob@uni.edu", "Žofie"):
        hand_in(tmp_path, student)
    (tmp_path / "dora" / "network").mkdir(parents=True)  # handed in another assignment
    (tmp_path / ".DS_Store").write_bytes(b"")
    found = [taken(outcome) for outcome in find(tmp_path, "neuron")]
    assert [submission.student for submission in found] == ["ada", "bob@uni.edu", "carl", "Žofie"]
    assert found[0].path == tmp_path / "ada" / "neuron" / "neuron.ipynb"
    assert [taken(one).student for one in find(tmp_path, "neuron", student="carl")] == ["carl"]


def test_an_empty_workspace_holds_no_submissions(tmp_path: Path) -> None:
    assert students(tmp_path / "submitted", "neuron") == ()


def test_one_bad_submission_does_not_keep_the_others_back(tmp_path: Path) -> None:
    hand_in(tmp_path, "ada")
    (tmp_path / "bob" / "neuron").mkdir(parents=True)
    hand_in(tmp_path, "carl")
    assert [type(outcome) for outcome in find(tmp_path, "neuron")] == [Submission, Rejected, Submission]


def test_a_missing_notebook(tmp_path: Path) -> None:
    (tmp_path / "ada" / "neuron").mkdir(parents=True)
    assert reason(tmp_path) == "ada/neuron/neuron.ipynb is missing."
    assert reason(tmp_path, "bob") == "bob is missing."


def test_what_was_handed_in_without_a_notebook_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "ada" / "neuron"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-10-01 12:00:00 UTC")
    (folder / "neuron.zip").write_bytes(b"PK")
    assert reason(tmp_path) == (
        "ada/neuron/neuron.ipynb is missing: what was handed in is 'neuron.zip', which is an archive, not a notebook. "
        "Hand in the file neuron.ipynb itself."
    )
    (folder / "answers.pdf").write_bytes(b"%PDF")
    assert "what was handed in is 'answers.pdf' and 1 more, which is a page to print, not a notebook" in reason(
        tmp_path
    )


def test_a_renamed_notebook_is_taken_with_a_note(tmp_path: Path) -> None:
    hand_in(tmp_path, "ada", "exercise (1).ipynb")
    taken = load(tmp_path, "neuron", "ada")
    assert isinstance(taken, Submission)
    assert taken.notes == ("The notebook 'exercise (1).ipynb' was taken as neuron.ipynb.",)
    hand_in(tmp_path, "ada", "copy.ipynb")
    assert "it is not clear which notebook counts: 'copy.ipynb', 'exercise (1).ipynb'. Hand in one" in reason(tmp_path)


def test_a_folder_or_a_pipe_in_the_notebooks_place(tmp_path: Path) -> None:
    (tmp_path / "ada" / "neuron" / "neuron.ipynb").mkdir(parents=True)
    assert reason(tmp_path) == "ada/neuron/neuron.ipynb is a folder, not a file."
    (tmp_path / "bob" / "neuron").mkdir(parents=True)
    os.mkfifo(tmp_path / "bob" / "neuron" / "neuron.ipynb")
    assert reason(tmp_path, "bob") == "bob/neuron/neuron.ipynb is a named pipe, not a file."


@pytest.mark.parametrize("linked", ["ada", "ada/neuron", "ada/neuron/neuron.ipynb"])
def test_symbolic_links_are_refused_at_every_step(tmp_path: Path, linked: str) -> None:
    other = hand_in(tmp_path / "elsewhere", "eve", data=b"stolen").parent
    targets = {"ada": other, "ada/neuron": other / "neuron", "ada/neuron/neuron.ipynb": other / "neuron/neuron.ipynb"}
    place = tmp_path / "submitted" / linked
    place.parent.mkdir(parents=True)
    place.symlink_to(targets[linked])
    (outcome,) = find(tmp_path / "submitted", "neuron")
    assert isinstance(outcome, Rejected)
    assert outcome.reason.startswith(f"{linked} is a symbolic link, not a fi" if "ipynb" in linked else f"{linked} is")
    assert "symbolic link" in outcome.reason


def test_a_huge_notebook(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, "ada")
    with (folder / "neuron.ipynb").open("wb") as file:
        file.truncate(20_000_001)
    assert reason(tmp_path) == "ada/neuron/neuron.ipynb is larger than 20 MB and cannot be read as a notebook."


@pytest.mark.parametrize(
    "student", ["..", ".hidden", "a/b", "a b", "=cmd", "-x", "@x", "a\n", "a\x1b[31m", "", "x" * 129]
)
def test_unsafe_ids_are_refused(tmp_path: Path, student: str) -> None:
    outcome = load(tmp_path, "neuron", student)
    assert isinstance(outcome, Rejected)
    assert outcome.reason.startswith("The student's id ")
    assert (outcome.reason + outcome.student).isprintable()


def test_an_unsafe_folder_is_listed_and_not_read(tmp_path: Path) -> None:
    hand_in(tmp_path, "=cmd()")
    (outcome,) = find(tmp_path, "neuron")
    assert isinstance(outcome, Rejected)
    assert outcome.student == "=cmd()"


def test_the_files_beside_the_notebook_come_along(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, "ada")
    for name in (
        "helper.py",
        "data (1).csv",
        "conftest.py",
        "timestamp.txt",
        "submission_secret.txt",
        ".git",
        "x.ipynb",
    ):
        (folder / name).write_bytes(name.encode())
    (folder / "pictures").mkdir()
    (folder / "link.txt").symlink_to("/etc/passwd")
    submission = taken(load(tmp_path, "neuron", "ada"))
    assert submission.files == (("data (1).csv", b"data (1).csv"), ("helper.py", b"helper.py"))
    assert "The file 'link.txt' was left out: it is a symbolic link, not a file." in submission.notes
    assert "The file 'pictures' was left out: it is a folder, not a file." in submission.notes


def test_the_files_beside_the_notebook_are_bounded(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, "ada")
    for n in range(30):
        (folder / f"{n:02}.txt").write_bytes(b"")
    (folder / "00.txt").write_bytes(b"x" * 3_000_000)
    (folder / "01.txt").write_bytes(b"x" * 3_000_000)
    submission = taken(load(tmp_path, "neuron", "ada"))
    assert len(submission.files) == 20
    assert [name for name, _ in submission.files][:2] == ["00.txt", "02.txt"]
    assert "The file '01.txt' was left out: it would bring the files to more than 5000000 bytes." in submission.notes


def test_the_hash_covers_the_notebook_and_its_files_but_not_the_time(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, "ada")

    def now() -> str:
        return taken(load(tmp_path, "neuron", "ada")).sha256

    seen = [now()]
    (folder / "timestamp.txt").write_text("2030-01-31 12:00:00 UTC")
    assert now() == seen[0]
    for name, data in (("neuron.ipynb", b"{} "), ("a.py", b"b"), ("a.py", b"c"), ("b.py", b"")):
        (folder / name).write_bytes(data)
        seen.append(now())
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-31 12:00:00.123456 UTC",
        "2030-07-31 12:00:00 America/Los_Angeles",
        "2030-01-31T12:00:00",
        "2030-01-31 12:00:00-05:30\n",
    ],
)
def test_times_are_read_as_nbgrader_reads_them(tmp_path: Path, text: str) -> None:
    (hand_in(tmp_path, "ada") / "timestamp.txt").write_text(text)
    timestamp = taken(load(tmp_path, "neuron", "ada")).timestamp
    assert timestamp is not None
    assert timestamp.astimezone(UTC).replace(tzinfo=None) == parse_utc(text.strip())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2030-07-31 12:00:00 +0200", "2030-07-31T10:00:00+00:00"),  # 200 seconds to nbgrader
        ("2030-07-31 12:00:00.000000 CEST", "2030-07-31T10:00:00+00:00"),  # UTC to nbgrader
        ("\ufeff2030-07-31 12:00:00\r\n", "2030-07-31T10:00:00+00:00"),
    ],
)
def test_a_time_counts_in_the_zone_that_it_names_or_in_the_courses(tmp_path: Path, text: str, told: str) -> None:
    (hand_in(tmp_path, "ada") / "timestamp.txt").write_text(text)
    found = taken(load(tmp_path, "neuron", "ada", ZoneInfo("Europe/Berlin")))
    assert found.timestamp is not None
    assert (found.timestamp.isoformat(), found.notes) == (told, ())


def test_a_day_without_a_time_is_its_end_and_noted(tmp_path: Path) -> None:
    (hand_in(tmp_path, "ada") / "timestamp.txt").write_text("16.10.2026")
    found = taken(load(tmp_path, "neuron", "ada"))
    assert found.timestamp == datetime(2026, 10, 16, 23, 59, 59, tzinfo=UTC)
    assert found.notes == ("timestamp.txt names only a day, '16.10.2026'; it counts as the end of that day.",)


@pytest.mark.parametrize(
    "text",
    ["yesterday noon", "03/10/2026 1:30 PM", "2 pm IST", "2030-99-99 12:00:00 UTC", "\x00" * 50, "9" * 300],
)
def test_a_time_that_is_none_is_noted(tmp_path: Path, text: str) -> None:
    (hand_in(tmp_path, "ada") / "timestamp.txt").write_text(text)
    submission = taken(load(tmp_path, "neuron", "ada"))
    assert submission.timestamp is None
    assert submission.notes[0].startswith("timestamp.txt ")
