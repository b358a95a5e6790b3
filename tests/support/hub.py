"""A real JupyterHub on loopback: configurable-http-proxy, accounts with homes of their own, nbgrader's exchange."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

PROXY = "configurable-http-proxy"
PASSWORD = "a password for this test only"
READY_SECONDS = 90.0

CONFIG = """\
import os
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = 90
c.Spawner.start_timeout = 90


def own_folder(spawner):
    if spawner.user.name == {teacher!r}:  # formgrader's course must lie below the folder that the server shows
        spawner.notebook_dir = {workspace!r}


c.Spawner.pre_spawn_hook = own_folder
c.Spawner.environment = {{
    "JUPYTER_CONFIG_DIR": lambda spawner: "{folder}/" + spawner.user.name,
    "JUPYTER_DATA_DIR": lambda spawner: "{folder}/" + spawner.user.name + "/data",
    "JUPYTERHUB_SINGLEUSER_EXTENSION": "1",
}}
"""


def proxy_command(folder: Path) -> str:
    """The proxy's program: the system's, or one that npm installs into a folder; without both the test is skipped."""
    found = shutil.which(PROXY)
    if found:
        return found
    if shutil.which("npm") is None:
        pytest.skip(f"{PROXY} is missing, and npm to install it: apt-get install npm")
    command = ["npm", "install", "--no-fund", "--no-audit", "--silent", "--prefix", str(folder), f"{PROXY}@5"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    program = folder / "node_modules" / ".bin" / PROXY
    if done.returncode or not program.exists():
        pytest.skip(f"npm cannot install {PROXY}: {(done.stderr or done.stdout)[-200:]}")
    return str(program)


def settings(home: Path, *lines: str) -> None:
    """An account's home with its nbgrader_config.py."""
    home.mkdir(parents=True)
    (home / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines]))


@contextmanager
def hub(folder: Path, proxy: str, teacher: str, workspace: Path) -> Iterator[str]:
    """Runs the hub whose accounts have their homes in ``folder``; yields its address. ``teacher`` has the workspace."""
    port, inner, api = _free_ports(3)
    config = folder / "jupyterhub_config.py"
    values = {"port": port, "hub": inner, "api": api, "folder": folder, "python": sys.executable}
    values |= {"teacher": teacher, "workspace": str(workspace)}
    config.write_text(CONFIG.format(proxy=[proxy], password=PASSWORD, **values))
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(config)],
            cwd=folder,
            env={**os.environ, "PATH": programs, "HOME": str(folder)},
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/hub/health", process, folder / "hub.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)  # it ends the proxy and everybody's servers
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            _end_group(process.pid)


def _end_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the hub did not start:\n{log.read_text()[-3000:]}")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
