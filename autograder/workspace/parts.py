"""The course's own files that a module imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def imported_files(path: Path, root: Path) -> tuple[Path, ...]:
    """The course's own files that a module imports, and those that these import; without itself and the engine's."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        here = waiting.pop()
        try:
            tree = ast.parse(here.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue  # whoever imports it will tell
        for file in _files_of(tree, here, root):
            if file not in found and file != path:
                found.add(file)
                waiting.append(file)
    return tuple(sorted(found))


def _files_of(tree: ast.Module, here: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here.relative_to(root).parts[: -node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            modules = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        for module in modules:
            if module.startswith("autograder.") and not module.startswith("autograder.hidden."):
                continue
            place = root.joinpath(*module.split("."))
            yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
