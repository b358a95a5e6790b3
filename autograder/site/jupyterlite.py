"""JupyterLite as a folder of the site: Jupyter's own interface for the whole notebook, with the site's Pyodide."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.site import pyodide
from autograder.site.chapters import Chapter

FOLDER = "jupyterlite"
PACKAGES = ("micropip", "ssl", "sqlite3", "jedi", "ipython", "scikit-learn")
"""What JupyterLite's kernel loads, and what the notebooks import, beyond that which the site's own pages load."""

_NOTEBOOK = "@jupyterlab/notebook-extension"
_KERNEL = "@jupyterlite/pyodide-kernel-extension"
_SETTINGS = {
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # dark if the system is
    f"{_NOTEBOOK}:panel": {
        "toolbar": [{"name": "download", "command": "docmanager:download", "label": "Download", "rank": 5}]
    },
    f"{_NOTEBOOK}:tracker": {"windowingMode": "none"},  # all cells at once, for the browser's search and screen readers
}


def notebook_link(assignment: str) -> str:
    """The page of JupyterLite with an assignment's notebook, from the site's root."""
    return f"{FOLDER}/notebooks/index.html?path={assignment}.ipynb"


def content_policy(python: str) -> str:
    """The content security policy of JupyterLite's pages, whose libraries make functions from text."""
    return (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
        f"connect-src 'self' data:{pyodide.elsewhere(python)}; img-src 'self' data: blob:; "
        "style-src 'self' 'unsafe-inline'; font-src 'self' data:; form-action 'self'; base-uri 'none'"
    )


def put_beside(chapters: Sequence[Chapter], target: Path, python: str) -> None:
    """Builds JupyterLite with the released notebooks in it; ``python`` is Pyodide's address.

    Raises:
        CourseError: when JupyterLite is not installed, or cannot be built.
    """
    for needed in ("jupyterlite_core", "jupyterlite_pyodide_kernel", "comm"):
        if importlib.util.find_spec(needed) is None:
            what = f"JupyterLite needs {needed}: pip install 'introdl-autograder[jupyterlite]'"
            raise CourseError("autograder site --jupyterlite", what)
    with tempfile.TemporaryDirectory() as aside:
        source = Path(aside)
        _write_source(chapters, source, python)
        done = subprocess.run(
            [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", target.absolute()],
            cwd=source,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise CourseError("autograder site --jupyterlite", f"cannot be built: {done.stderr.strip()[-2000:]}")
    head = f'<head><meta http-equiv="Content-Security-Policy" content="{escape(content_policy(python))}">'
    for page in target.rglob("*.html"):
        page.write_text(page.read_text(encoding="utf-8").replace("<head>", head, 1), encoding="utf-8")


def _write_source(chapters: Sequence[Chapter], source: Path, python: str) -> None:
    """JupyterLite's configuration, notebooks and wheels in the folder from which it is built."""
    for folder in ("files", "pypi"):
        (source / folder).mkdir()
    for chapter in chapters:
        (source / "files" / f"{chapter.assignment}.ipynb").write_bytes(chapter.notebook)
    _wheel("comm", source / "pypi")  # the kernel needs it, and Pyodide does not have it
    build = {
        "apps": ["notebooks", "tree"],
        "federated_extensions": [str(_kernel_extension())],
        "ignore_contents": [],
        "ignore_sys_prefix": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    _write(source / "jupyter_lite_config.json", {"LiteBuildConfig": build})
    address = f"../{python}" if python == pyodide.OWN else python
    kernel = {
        "pyodideUrl": "./../_static/pyodide_core.js",
        "loadPyodideOptions": {"indexURL": address, "integrity": pyodide.CORE},
        "disablePyPIFallback": True,
    }
    page = {"appUrl": "./tree", "litePluginSettings": {f"{_KERNEL}:kernel": kernel}}
    _write(source / "jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": page})
    _write(source / "overrides.json", _SETTINGS)


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _kernel_extension() -> Path:
    files = importlib.metadata.files("jupyterlite-pyodide-kernel") or []
    return next(Path(str(path.locate())) for path in files if path.match(f"{_KERNEL}/package.json")).resolve().parent


def _wheel(name: str, folder: Path) -> None:
    """The wheel of an installed package that is nothing but Python."""
    files = importlib.metadata.files(name) or []
    version = importlib.metadata.version(name)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for path in files:
            if "__pycache__" not in path.parts:
                wheel.write(str(path.locate()), str(path))
