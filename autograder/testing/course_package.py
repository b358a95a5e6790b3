"""The course's package `solutions`, imported from wherever the course is.

No course is installed, and one process may use several, so the package is created here and not searched for on
`sys.path`. The engine's own checkout, or a package that happens to have that name, is never mistaken for it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

PACKAGE = "solutions"


def course_module(root: Path, name: str) -> ModuleType:
    """The module ``name``, such as 'solutions.mistakes.neuron', of the course in ``root``; needs no `__init__.py`."""
    folder = (root / PACKAGE).resolve()
    if not _is_loaded_from(folder):
        for known in [known for known in sys.modules if known.partition(".")[0] == PACKAGE]:
            del sys.modules[known]
        spec = _spec(folder)
        package = sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
        if spec.loader is not None:
            spec.loader.exec_module(package)
    return importlib.import_module(name)


def _is_loaded_from(folder: Path) -> bool:
    package = sys.modules.get(PACKAGE)
    return package is not None and [Path(place).resolve() for place in package.__path__] == [folder]


def _spec(folder: Path) -> ModuleSpec:
    places = [str(folder)]
    if (folder / "__init__.py").is_file():
        spec = importlib.util.spec_from_file_location(
            PACKAGE, folder / "__init__.py", submodule_search_locations=places
        )
        assert spec is not None
        return spec
    spec = ModuleSpec(PACKAGE, None, is_package=True)
    spec.submodule_search_locations = places
    return spec
