"""What to do with a submission: a value, so that batch, serve and preview are loops over the same decisions."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.course.deadlines import utc_text
from autograder.grading.worker import Job
from autograder.results import Result, Status
from autograder.workspace.context import AssignmentContext
from autograder.workspace.proofs import ResultProofs
from autograder.workspace.store import Store
from autograder.workspace.submissions import WITHDRAWN, Rejected, Submission, fault_of_id, submission_of


@dataclass(frozen=True)
class Regrade:
    """The submission must be graded; ``earlier`` is the result that it replaces."""

    job: Job
    earlier: Result | None


@dataclass(frozen=True)
class Keep:
    """The earlier result holds. ``outdated``: it was computed from older material."""

    result: Result
    outdated: bool


@dataclass(frozen=True)
class Reject:
    """The submission cannot be read: ``result`` says why, and replaces the ``earlier`` one."""

    result: Result
    earlier: Result | None


Decision = Regrade | Keep | Reject


def decide(
    context: AssignmentContext, proofs: ResultProofs, student: str, *, force: bool = False, keep_outdated: bool = False
) -> Decision:
    """Looks at a student's submission and result without changing anything.

    Args:
        context: the assignment as it is now.
        proofs: say whether a result is unchanged since it was computed.
        student: whose submission it is.
        force: regrades what has not changed.
        keep_outdated: keeps a result of exactly this submission, whichever hidden tests it was graded with.
    """
    found = submission_of(context.course, context.name, student, context.release)
    earlier = None if fault_of_id(student) else Store(context.course, context.name).load(student)
    if earlier is not None and not force:
        outdated = earlier.fingerprint != context.fingerprint
        if (keep_outdated or not outdated) and _is_of(earlier, found) and proofs.is_authentic(earlier):
            return Keep(earlier, outdated)
    if isinstance(found, Rejected):
        return Reject(_rejection(context, found), earlier)
    return Regrade(Job(found, proofs.seed(found.sha256)), earlier)


def withdrawal(context: AssignmentContext, student: str) -> Reject | None:
    """What to do with the result of a removed submission; nothing if that has been done before."""
    earlier = Store(context.course, context.name).load(student)
    if earlier is None or (earlier.status, earlier.reason) == (Status.not_gradable, WITHDRAWN):
        return None
    folder = context.course.submitted_dir / student / context.name
    return Reject(_rejection(context, Rejected(context.name, student, folder, WITHDRAWN)), earlier)


def _is_of(earlier: Result, found: Submission | Rejected) -> bool:
    """Whether an earlier result is of exactly this submission. One that failed through our own fault never is."""
    if earlier.proof is None or earlier.status is Status.ungraded:
        return False
    if isinstance(found, Rejected):
        return (earlier.submission_sha256, earlier.reason) == ("", found.reason)
    then = (earlier.submission_sha256, earlier.proof.recorded.timestamp)
    return then == (found.sha256, utc_text(found.timestamp))


def _rejection(context: AssignmentContext, rejected: Rejected) -> Result:
    return Result(
        assignment=context.name,
        student=rejected.student,
        status=Status.not_gradable,
        score=None,
        max_score=context.release.max_score,
        submission_sha256="",
        seed=0,
        fingerprint=context.fingerprint,
        origin=context.provenance,
        reason=rejected.reason,
    )
