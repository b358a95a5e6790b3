"""What a notebook has to have installed, as the text of a requirements.txt."""

from __future__ import annotations

import ast
import importlib.metadata
import sys

from autograder.notebook import NotebookNode

ALWAYS_NEEDED = ("jupyterlab", "numpy", "otter-grader")


def requirements(notebook: NotebookNode) -> str:
    """The text of requirements.txt: what the notebook imports, from the major version on with which it was built."""
    modules = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    modules.add(node.module.partition(".")[0])
    modules -= sys.stdlib_module_names | {"IPython"}  # which JupyterLab brings
    providers = importlib.metadata.packages_distributions()
    packages = {providers.get(module, [module])[0] for module in modules} | set(ALWAYS_NEEDED)
    return "".join(f"{package}{_major(package)}\n" for package in sorted(packages, key=str.lower))


def _major(package: str) -> str:
    try:
        return f">={importlib.metadata.version(package).partition('.')[0]}"
    except importlib.metadata.PackageNotFoundError:
        return ""
