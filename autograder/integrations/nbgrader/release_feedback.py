"""nbgrader's release_feedback, which continues where nbgrader's own stops if a student did not use the exchange."""

from __future__ import annotations

from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

from autograder.workspace.submissions import SECRET, TIMESTAMP


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """Leaves out students whom the exchange cannot reach: finding feedback takes a secret from `nbgrader submit`."""

    def copy_files(self) -> None:
        """Releases all others' feedback, and names who is left out."""
        feedback = Path(self.coursedir.root) / self.coursedir.feedback_directory
        folders = sorted(feedback.glob(f"*/{self.coursedir.assignment_id}"))
        without = [folder.parent.name for folder in folders if not _came_through_the_exchange(folder)]
        if without:
            self.log.warning("Not released, because not submitted through the exchange: %s", ", ".join(without))
            known = self.coursedir.student_id_exclude
            self.coursedir.student_id_exclude = ",".join([*filter(None, [known]), *without])
        super().copy_files()


def _came_through_the_exchange(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (TIMESTAMP, SECRET))
