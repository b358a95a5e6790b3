"""scikit-learn's small data sets as files of the site, so that drawing needs neither scikit-learn nor SciPy."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import numpy as np

from autograder.errors import CourseError

LOADERS = ("load_iris", "load_wine", "load_breast_cancer", "load_diabetes", "load_digits")


def loaders_used(sources: list[str]) -> frozenset[str]:
    """The data sets that code loads, by the names of scikit-learn's functions."""
    used: set[str] = set()
    for source in sources:
        tree = ast.parse(source)
        used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        used |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return frozenset(LOADERS) & used


def data_set(loader: str) -> str:
    """A data set as JSON: what the function returns, and for the diabetes data the unscaled numbers too.

    Raises:
        CourseError: when scikit-learn is not installed.
    """
    try:
        from sklearn import datasets
    except ImportError:
        raise CourseError("autograder site", "the data sets need scikit-learn: pip install scikit-learn") from None
    bunch = getattr(datasets, loader)()
    fields = {key: _plain(bunch[key]) for key in ("data", "target", "feature_names", "target_names") if key in bunch}
    if loader == "load_diabetes":
        fields["unscaled"] = _plain(datasets.load_diabetes(scaled=False).data)
    return json.dumps(fields, separators=(",", ":"))


def all_data_sets(loaders: frozenset[str]) -> Iterator[tuple[str, str]]:
    """File names with their JSON."""
    for loader in sorted(loaders):
        yield f"{loader}.json", data_set(loader)


def _plain(values: object) -> object:
    array = np.asarray(values)
    if array.dtype.kind == "f" and (array == np.rint(array)).all():
        return {"whole": array.astype(int).tolist()}
    return array.tolist()
