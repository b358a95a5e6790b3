"""nbgrader's exchange while it is served: what `collect --update` and `release_feedback` do, but whole and safe."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from accounts import Account, account
from books import nbgrader
from serving_process import Serving
from small_course import NAME, WRONG

from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course, load_course
from autograder.errors import WorkspaceError
from autograder.integrations.nbgrader.exchange import PATIENCE_SECONDS, ExchangeWatcher

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]
TIME = "2029-12-31 12:00:00.000000 UTC"


@pytest.fixture(scope="module")
def released(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The small course with an exchange of its own, in which the assignment is released."""
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("inbox") / "course"))
    (root / "course.yml").write_text(f"exchange: ../shared\n{small_course.CONFIG}")
    (root.parent / "shared").mkdir()
    (root.parent / "shared").chmod(0o777)
    write_nbgrader_config(load_course(root))
    nbgrader(root / "workspace", "release_assignment", NAME)
    return load_course(root)


@pytest.fixture
def course(released: Course) -> Iterator[Course]:
    yield released
    shutil.rmtree(released.submitted_dir, ignore_errors=True)
    for folder in inbound(released).iterdir():
        folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)


def inbound(course: Course) -> Path:
    assert course.exchange is not None
    return course.exchange / course.course_id / "inbound"


def submit(course: Course, student: str, time: str = TIME, *, secret: bool = True) -> Path:
    """Lays a submission into the exchange as `nbgrader submit` does."""
    folder = inbound(course) / f"{student}+{NAME}+{time}+{os.urandom(4).hex()}"
    folder.mkdir()
    (folder / f"{NAME}.ipynb").write_bytes(small_course.notebook(course.root))
    (folder / "timestamp.txt").write_text(time)
    if secret:
        (folder / "submission_secret.txt").write_text("s" * 128)
    return folder


def look(course: Course, inbox: ExchangeWatcher | None = None) -> list[str]:
    """Looks long enough for everything that is complete, and for complaints about what is not."""
    told: list[str] = []
    inbox = inbox or ExchangeWatcher(lambda: course, collects=True, releases=False)
    for now in (0.0, 1.0, 1.0 + PATIENCE_SECONDS):
        inbox.look(now, told.append)
    return told


def full(*paths: object) -> None:
    raise OSError(28, "No space left on device")


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def test_from_submit_to_feedback_and_once_more(course: Course, tmp_path: Path) -> None:
    assert course.exchange is not None
    ada: Account = account(tmp_path, course.exchange, "ada")
    ada.nbgrader("fetch_assignment", NAME)
    with Serving(course.root, "--exchange", "--release", "--jobs", 1) as serving:
        ada.submit(double=WRONG["double"])
        assert serving.report()["score"] == 2.0
        assert "a function that squares" in ada.feedback()
        ada.submit()
        assert serving.report()["score"] == 3.5
        assert "All 2 tests passed" in ada.feedback()
        served = tree(course.submitted_dir)
        assert [line for line in serving.rest() if "claims to be submitted by" not in line] == []
        assert serving.end() == 0
    shutil.rmtree(course.submitted_dir)
    nbgrader(course.workspace, "collect", NAME, "--update")
    assert tree(course.submitted_dir) == served


def test_the_latest_complete_submission_is_collected_and_an_incomplete_one_told_of(course: Course) -> None:
    submit(course, "ada", "2029-12-30 12:00:00.000000 UTC")
    later = submit(course, "ada", "2029-12-31 12:00:00.000000 UTC", secret=False)
    told = look(course)
    assert (course.submitted_dir / "ada" / NAME / "timestamp.txt").read_text().startswith("2029-12-30")
    assert any("submission_secret.txt is missing, so it is not collected" in text for text in told)
    (later / "submission_secret.txt").write_text("t" * 128)
    look(course)
    assert (course.submitted_dir / "ada" / NAME / "timestamp.txt").read_text().startswith("2029-12-31")


def with_links(course: Course) -> set[str]:
    """Two submissions whose owners would like to read more than their own; returns what may be collected of them."""
    folder = submit(course, "ada")
    (folder / "loot.py").symlink_to(course.root / "solutions" / "hidden" / "test_toy.py")
    (folder / "loot").symlink_to(course.root / "solutions")
    (folder / "data").mkdir()
    (folder / "data" / "own.csv").write_text("1,2")
    (inbound(course) / f"bob+{NAME}+{TIME}+x").symlink_to(course.root / "solutions")
    return {"ada", *(f"ada/{NAME}{end}" for end in ("", f"/{NAME}.ipynb", "/timestamp.txt", "/data"))} | {
        f"ada/{NAME}/submission_secret.txt", f"ada/{NAME}/data/own.csv",
    }  # fmt: skip


def collected(course: Course) -> set[str]:
    return {str(path.relative_to(course.submitted_dir)) for path in course.submitted_dir.rglob("*")}


def test_links_are_left_behind_wherever_they_lead(course: Course) -> None:
    wanted = with_links(course)
    told = look(course)
    assert collected(course) == wanted
    assert any("loot.py was left out: it is a symbolic link" in text for text in told)
    assert any(f"bob+{NAME}" in text and "is not a folder" in text for text in told)


def test_nbgrader_collect_leaves_links_behind_too(course: Course) -> None:
    wanted = with_links(course)
    told = nbgrader(course.workspace, "collect", NAME)
    assert collected(course) == wanted
    assert "loot.py was left out: it is a symbolic link" in told
    assert f"bob+{NAME}+{TIME}+x was left out: it is a symbolic link" in told
    submit(course, "bob", "2029-12-30 12:00:00.000000 UTC")  # a link that is newer does not keep it away
    nbgrader(course.workspace, "collect", NAME, "--update")
    assert (course.submitted_dir / "bob" / NAME / "timestamp.txt").read_text().startswith("2029-12-30")


def test_files_beyond_a_bound_are_left_behind(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.integrations.nbgrader.collect.MAX_FILES", 5)
    folder = submit(course, "bob")
    (folder / "many").mkdir()
    for number in range(10):
        (folder / "many" / f"{number}.txt").touch()
    told = look(course)
    assert sum(Path(name).suffix != "" for name in collected(course)) == 5
    assert f"bob/{NAME}/{NAME}.ipynb" in collected(course)
    assert any("has more than 5 files: the others were left out" in text for text in told)


def test_what_is_no_submission_of_ours_stays_where_it_is(course: Course) -> None:
    for name in ("nonsense", f"=1+1+{NAME}", f"ada+other+{TIME}", f"../x+{NAME}+{TIME}".replace("/", "_")):
        (inbound(course) / name).mkdir(exist_ok=True)
    assert look(course) == []
    assert not course.submitted_dir.exists()


def test_a_copy_that_was_interrupted_is_made_again(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    submit(course, "ada")
    inbox = ExchangeWatcher(lambda: course, collects=True, releases=False)
    with monkeypatch.context() as broken:
        broken.setattr("autograder.integrations.nbgrader.exchange.os.rename", full)
        with pytest.raises(WorkspaceError, match="nbgrader's exchange fails"):
            look(course, inbox)
    assert not (course.submitted_dir / "ada" / NAME).exists()
    look(course)
    assert len(list((course.submitted_dir / "ada" / NAME).iterdir())) == 3
    assert not (course.workspace / ".collecting").exists()


def test_an_exchange_without_folders_is_told(course: Course, tmp_path: Path) -> None:
    (course.root / "course.yml").write_text(f"exchange: {tmp_path}\n{small_course.CONFIG}")
    config = course.workspace / "nbgrader_config.py"
    before = config.read_text()
    config.write_text(before + f"c.Exchange.root = {str(tmp_path)!r}\n")
    try:
        with pytest.raises(WorkspaceError, match="run `nbgrader release_assignment` first"):
            ExchangeWatcher(lambda: course, collects=True, releases=False)
    finally:
        config.write_text(before)
        logging.getLogger().handlers.clear()
