"""Grades a class as SLURM jobs, as docs/scaling.md shows it: `make slurm`.

A real slurmctld with two slurmd on loopback, authenticated by munge; the workers are jobs that dask-jobqueue submits.
One job is cancelled in the middle. The scores must be those of this machine alone, and nobody's may be missing.
Debian's packages `slurm-wlm` and `munge`, root, and `pip install dask-jobqueue` are needed; without them it says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import small_course
from small_course import NAME, RIGHT, WRONG

from autograder.authoring.build import build_from_course
from autograder.course import Course, load_course
from autograder.integrations.dask.cluster import Cluster
from autograder.runs.batch import grade_assignment

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel")
STUDENTS = 24
SLOW = "import time\ntime.sleep(1.5)\n"  # so that there is a moment in which to cancel a job
PATIENCE = 120.0

CONF = """\
ClusterName=grading
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
KillWait=2
NodeName=one NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=4000
NodeName=two NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=4000
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """What this machine lacks."""
    found = [name for name in PROGRAMS if shutil.which(name) is None]
    if os.geteuid() != 0:
        found.append("root, as slurmd needs it")
    try:
        import dask_jobqueue  # noqa: F401
    except ImportError:
        found.append("dask-jobqueue")
    return found


@contextmanager
def slurm(folder: Path) -> Iterator[None]:
    """Runs munge, a controller and two nodes; SLURM's commands find them as long as this lasts."""
    (folder / "munge").mkdir(mode=0o700)
    (folder / "state").mkdir()
    key = folder / "munge" / "key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o600)
    ports = _free_ports(3)
    conf = folder / "slurm.conf"
    conf.write_text(CONF.format(folder=folder, host=os.uname().nodename.partition(".")[0], ports=ports))
    own = {f"--{name}-file": str(folder / "munge" / name) for name in ("key", "pid", "seed", "log")}
    munge = [*(part for pair in own.items() for part in pair), "--socket", str(folder / "munge" / "socket")]
    os.environ["SLURM_CONF"] = str(conf)
    commands = (
        ["munged", "--foreground", "--force", *munge],
        ["slurmctld", "-D"],
        ["slurmd", "-D", "-N", "one"],
        ["slurmd", "-D", "-N", "two"],
    )
    processes: list[subprocess.Popen[bytes]] = []
    try:
        with (folder / "output.log").open("wb") as log:
            for command in commands:
                processes.append(subprocess.Popen(command, stdout=log, stderr=log))
                time.sleep(1)
        _wait_for_nodes()
        yield
    finally:
        for process in reversed(processes):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        del os.environ["SLURM_CONF"]


def _free_ports(count: int) -> list[int]:
    import socket

    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _wait_for_nodes() -> None:
    end = time.monotonic() + PATIENCE
    while _said("sinfo", "--noheader", "--Node", "--format=%T").split() != ["idle", "idle"]:
        if time.monotonic() > end:
            raise SystemExit(f"the nodes are not idle: {_said('sinfo', '--list-reasons')}")
        time.sleep(0.5)


def hand_in(course: Course) -> None:
    """A class: every third one squares, and everybody takes a moment."""
    for number in range(STUDENTS):
        double = WRONG["double"] if number % 3 == 0 else RIGHT["double"]
        small_course.hand_in(course.root, f"student-{number:03}", double=SLOW + double)


def graded_as_jobs(course: Course, folder: Path) -> dict[str, float | None]:
    """The scores of the class, graded by two jobs of which one is cancelled in the middle; another one comes."""
    from dask_jobqueue import SLURMCluster

    with SLURMCluster(
        cores=1,
        processes=1,
        memory="2GB",
        walltime="01:00:00",
        interface="lo",
        local_directory=str(folder),
        log_directory=str(folder),
        python=sys.executable,
        scheduler_options={"dashboard": False, "dashboard_address": None},
    ) as cluster:
        cluster.adapt(minimum_jobs=2, maximum_jobs=2)
        cluster.wait_for_workers(2, timeout=PATIENCE)
        finished = 0

        def heard(result: object) -> None:
            nonlocal finished
            finished += 1
            if finished == STUDENTS // 4:
                victim = _said("squeue", "--noheader", "--format=%A", "--states=running").split()[0]
                print(f"cancelling job {victim} after {finished} of {STUDENTS} submissions")
                subprocess.run(["scancel", "--signal=KILL", "--full", victim], check=True)

        with Cluster(cluster.scheduler_address) as pool:
            summary = grade_assignment(course, NAME, workers=pool, progress=heard)
    return {result.student: result.score for result in summary.results}


def main() -> int:
    """Grades as jobs and here, and compares."""
    lacks = missing()
    if lacks:
        print(f"make slurm needs {', '.join(lacks)}: apt-get install slurm-wlm munge; pip install dask-jobqueue")
        return 1
    with tempfile.TemporaryDirectory(prefix="slurm-") as temporary:
        folder = Path(temporary)
        course = load_course(small_course.write(folder / "course"))
        build_from_course(course, NAME)
        hand_in(course)
        with slurm(folder):
            start = time.monotonic()
            there = graded_as_jobs(course, folder)
            seconds = time.monotonic() - start
        again = grade_assignment(course, NAME, workers=2)
        here = {r.student: r.score for r in grade_assignment(course, NAME, workers=2, force=True).results}
    print(f"{len(there)} of {STUDENTS} graded in {seconds:.0f} s by two jobs, of which one was cancelled")
    print(f"scores equal to this machine's: {there == here}; unchanged here: {len(again.unchanged)} of {STUDENTS}")
    good = there == here and len(there) == STUDENTS and None not in there.values() and not again.graded
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
