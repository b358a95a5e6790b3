"""Makes the pictures of the README from a real run of the demo: `python docs/pictures/make.py`, some minutes.

report.png has the top of a student's report and one of its exercises with a picture, class.png the top of the class
report, terminal.png what the demo printed. notebook.png is a JupyterLab with the released notebook, in which a check
has just named a mistake.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.append(str(PROJECT / "tests" / "support"))
from at_the_desk import OpenNotebook  # noqa: E402 - it lies among the tests' helpers
from lab import jupyterlab  # noqa: E402 - the same

CHROMIUM = "/usr/bin/chromium"
WIDTH, TALL, GROUND, COLOURS = 1100, 1060, "#f4f5f8", 256
NAME = "neuron"
NO_BAR = "::-webkit-scrollbar { display: none }"


def main() -> None:
    """Runs the demo, then takes the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        said = demo(workspace)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            save(terminal(browser, said), "terminal")
            save(class_report(browser, workspace / "reports" / f"{NAME}.html"), "class")
            save(report(browser, sorted(workspace.glob(f"feedback/*/{NAME}/{NAME}.html"))), "report")
            save(notebook(browser, workspace / "release" / NAME), "notebook")
            browser.close()


def demo(workspace: Path) -> str:
    """What the demo prints in a terminal of 80 columns."""
    shown = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "80", "TERM": "xterm-256color"}
    command = [str(Path(sys.executable).with_name("autograder")), "demo", "--workspace", str(workspace)]
    return subprocess.run(command, cwd=PROJECT, env=shown, check=True, capture_output=True, text=True).stdout


def terminal(browser: Browser, said: str) -> Image.Image:
    """The table and the lists of the run; the paths at its end are of this machine."""
    lines = said.splitlines()
    first = next(i for i, line in enumerate(lines) if f"{NAME}:" in line and "graded" in line)
    last = next(i for i, line in enumerate(lines) if "unchanged since" in line)  # how long this machine took
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join(lines[first:last])))
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_content(f"<body style='margin:0'>{console.export_svg(title='autograder demo')}</body>")
    return taken(page.locator("svg").first)


def class_report(browser: Browser, path: Path) -> Image.Image:
    """Its top."""
    page = browser.new_page(viewport={"width": WIDTH, "height": TALL})
    page.goto(path.as_uri())
    page.add_style_tag(content=NO_BAR)
    return Image.open(io.BytesIO(page.screenshot()))


def notebook(browser: Browser, release: Path) -> Image.Image:
    """The first exercise with its drawing, a wrong answer, and what the check says about it."""
    with tempfile.TemporaryDirectory() as folder:
        home, course = Path(folder) / "home", Path(folder) / "course"
        shutil.copytree(release, course)
        with jupyterlab(course, home) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 960})
            page.goto(address.replace("/lab?", f"/lab/tree/{NAME}.ipynb?"))
            student = OpenNotebook(page)
            student.run_all()
            student.answer("weighted_sum", "def weighted_sum(x, w):\n    return np.mean(x * w)")
            check = student.check("weighted_sum")
            check.evaluate("cell => cell.scrollIntoView({ block: 'end' })")
            return Image.open(io.BytesIO(page.screenshot()))


def report(browser: Browser, paths: list[Path]) -> Image.Image:
    """The top of the report with most pictures, and below it an exercise down to a decision line over its data."""
    page = browser.new_page(viewport={"width": WIDTH, "height": TALL})
    line = "article:has(.decision):has(.silent)"
    drawn = {}
    for path in paths:
        page.goto(path.as_uri())
        drawn[path] = (
            page.locator(f"section:has(.lesson) > {line}").count() and page.locator("article .picture").count()
        )
    page.goto(max(paths, key=lambda path: drawn[path]).as_uri())
    page.add_style_tag(content=NO_BAR)
    exercise = page.locator(f"section.exercise:has(.lesson):has({line})").first
    parts = [
        down_to(page, 0, bottom(page.locator("section.overview"))),
        down_to(page, top(exercise) - 20, bottom(exercise.locator(line).first) + 20),
    ]
    whole = Image.new("RGB", (WIDTH, sum(part.height for part in parts)), GROUND)
    for n, part in enumerate(parts):
        whole.paste(part, (0, sum(above.height for above in parts[:n])))
    return whole


def down_to(page: Page, start: float, end: float) -> Image.Image:
    """The page between two heights."""
    clip: FloatRect = {"x": 0, "y": start, "width": WIDTH, "height": end - start}
    return Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip)))


def top(what: Locator) -> float:
    """Where it begins on the page."""
    return box(what)["y"]


def bottom(what: Locator) -> float:
    """Where it ends on the page."""
    return box(what)["y"] + box(what)["height"]


def box(what: Locator) -> FloatRect:
    """Its place on the page."""
    found = what.bounding_box()
    assert found is not None
    return found


def taken(what: Locator) -> Image.Image:
    """A part of a page."""
    return Image.open(io.BytesIO(what.screenshot()))


def save(picture: Image.Image, name: str) -> None:
    """With few colours, so that it is small."""
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
