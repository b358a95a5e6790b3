"""Notebooks of earlier releases, read as if they had been made from the newest one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograder.notebooks.earlier import Earlier, EarlierCell
from autograder.notebooks.ipynb import LoadedCell, LoadedNotebook
from autograder.notebooks.release import COMPARED, Release
from autograder.notebooks.repair import defines


def with_release(earlier: Earlier, release: Release, renamed: Mapping[str, str] | None = None) -> Earlier:
    """These releases and one more; unchanged if it adds nothing."""
    known = {name: list(found) for name, found in earlier.cells.items()}
    released = list(release.cells.values())
    for cell in released:
        made = EarlierCell(cell.kind, cell.source, {key: cell.marks.get(key) for key in COMPARED})
        if made not in known.setdefault(cell.grade_id, []):
            known[cell.grade_id].append(made)
    names = [cell.grade_id for cell in released]
    releases = earlier.releases if names in earlier.releases else [*earlier.releases, names]
    newer = {**earlier.renamed, **(renamed or {})}
    for name in names:  # an exercise that has its old name again
        newer.pop(name, None)
    texts = [text for name, text in release.outline if name is None and text not in release.unmarked]
    return Earlier(known, releases, newer, list(dict.fromkeys([*earlier.texts, *texts])))


def up_to_date(notebook: LoadedNotebook, expected: Release) -> LoadedNotebook:
    """The notebook as if it had been made from the newest release, wherever its text is from an earlier one.

    What a student wrote stays. An answer to an exercise that was renamed gets its new name too.
    """
    earlier = expected.earlier
    if not earlier.differ:
        return notebook
    cells = [_renewed(cell, expected) for cell in notebook.cells]
    everything = "\n".join(cell.source for cell in cells if cell.kind == "code")
    cells = [_with_new_name(cell, was, everything, expected) for cell, was in zip(cells, notebook.cells, strict=True)]
    added = _came_later(cells, expected)
    for name in added:
        released = expected.cells[name]
        names = list(expected.cells)
        before = names[names.index(name) - 1] if names.index(name) else None
        place = next((n for n, cell in enumerate(cells, 1) if cell.marks.get("grade_id") == before), 0) if before else 0
        source = "" if released.is_solution and released.kind == "code" else released.source
        cells.insert(place, LoadedCell(released.kind, source, released.id, released.marks))
    notes = notebook.notes
    if added:
        shown = dict.fromkeys(name.removeprefix("test_").removeprefix("written_") for name in added)
        notes = (*notes, f"This notebook is from an earlier release, which did not have {', '.join(shown)}.")
    return replace(notebook, cells=tuple(cells), notes=notes)


def _renewed(cell: LoadedCell, expected: Release) -> LoadedCell:
    """A cell unchanged since an earlier release, with its text from the newest one."""
    earlier = expected.earlier
    claimed = cell.marks.get("grade_id")
    if not isinstance(claimed, str) or claimed not in {*expected.cells, *earlier.cells}:
        return _recognised(cell, expected)
    name = earlier.newest_name(claimed)
    released = expected.cells.get(name)
    if released is None:
        return replace(cell, marks={})  # of an exercise that was retired
    before = [*earlier.cells.get(claimed, ()), *earlier.cells.get(name, ())]
    marks = {key: value for key, value in cell.marks.items() if key in COMPARED}
    as_marked = any({key: was.marks.get(key) for key in marks} == marks for was in before)
    as_written = any((was.kind, was.source.strip()) == (cell.kind, cell.source.strip()) for was in before)
    return replace(
        cell,
        source=released.source if as_written else cell.source,
        kind=released.kind if as_written else cell.kind,
        marks=released.marks if as_marked else {**cell.marks, "grade_id": name},
    )


def _recognised(cell: LoadedCell, expected: Release) -> LoadedCell:
    """A cell that lost its mark and holds an earlier release's locked text, with the newest text."""
    text = cell.source.strip()
    for name, released in expected.cells.items():
        before = expected.earlier.cells.get(name, ()) if released.locked and text else ()
        if any((was.kind, was.source.strip()) == (cell.kind, text) for was in before):
            return replace(cell, source=released.source)
    return cell


def _with_new_name(cell: LoadedCell, was: LoadedCell, everything: str, expected: Release) -> LoadedCell:
    """An answer under an exercise's old name, which then has the new name as well."""
    old, new = was.marks.get("grade_id"), cell.marks.get("grade_id")
    if cell.kind != "code" or old == new or not isinstance(old, str) or not isinstance(new, str):
        return cell
    if cell.source == expected.cells[new].source or not defines(cell.source, old) or defines(everything, new):
        return cell
    return replace(cell, source=f"{cell.source.rstrip()}\n\n{new} = {old}  # its name in the release before")


def _came_later(cells: list[LoadedCell], expected: Release) -> list[str]:
    """The cells that were not in any release from which this notebook may have been made."""
    present = {str(cell.marks.get("grade_id")) for cell in cells} & set(expected.cells)
    missing = [name for name in expected.cells if name not in present]
    newest = expected.earlier.newest_name
    older = [{newest(name) for name in release} for release in expected.earlier.releases]
    possible = [release for release in older if present <= release and not release >= set(expected.cells)]
    lacking = set(missing).intersection(*(set(expected.cells) - release for release in possible)) if possible else set()
    return [name for name in missing if name in lacking]
