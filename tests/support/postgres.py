"""A real PostgreSQL server for a moment: a folder of its own, a Unix socket, no network, an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "postgres"  # made by Debian's package; the server refuses to run as root


@dataclass(frozen=True)
class Server:
    """``url`` is SQLAlchemy's address of an empty database."""

    folder: Path
    url: str

    def start(self) -> None:
        settings = f"-c listen_addresses='' -k {self.folder} -F"
        run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", settings, "-w", "start")

    def stop(self) -> None:
        run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")


@contextmanager
def postgres(password: str = "") -> Iterator[Server]:
    """Makes a server and starts it; it is gone afterwards. With a password it asks everybody for it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has to be short
    server = Server(folder, f"postgresql+psycopg://teacher@/gradebook?host={folder}")
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        (folder / "password").write_text(password or "none")
        (folder / "password").chmod(0o644)
        asks = ("-A", "scram-sha-256" if password else "trust", f"--pwfile={folder / 'password'}")
        run("initdb", "-D", folder / "data", *asks, "-U", "teacher", "-E", "UTF8", "--no-sync")
        server.start()
        try:
            run("createdb", "-h", folder, "-U", "teacher", "gradebook", PGPASSWORD=password)
            yield server
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                server.stop()
    finally:
        shutil.rmtree(folder)


def run(program: str, *arguments: object, **environment: str) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    assert found, "install Debian's package 'postgresql'"
    account = pwd.getpwnam(USER) if os.geteuid() == 0 else None
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    done = subprocess.run(  # a started server keeps no pipe of ours open
        [found[-1], *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=os.environ | environment,
        timeout=60,
        check=False,
        **who,  # type: ignore[arg-type]
    )
    assert done.returncode == 0, f"{program} ended with {done.returncode}"
