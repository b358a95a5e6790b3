"""The notebooks' drawings: each is drawn by the script, kept beside it, and linked once."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).parents[2]
PICTURES = PROJECT / "assignments" / "pictures"


def test_every_drawing_of_the_script_is_kept_and_linked_by_one_notebook() -> None:
    drawn = sorted(draw.__name__ for draw in runpy.run_path(str(PICTURES / "make.py"))["PICTURES"])
    sources = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "assignments").glob("*.md"))
    assert sorted(re.findall(r"\]\(pictures/(\w+)\.png\)", sources)) == drawn
    assert sorted(path.stem for path in PICTURES.glob("*.png")) == drawn
    assert len(drawn) == 9


def test_the_script_draws_what_is_kept(tmp_path: Path) -> None:
    runpy.run_path(str(PICTURES / "make.py"))["main"](tmp_path)
    for kept in PICTURES.glob("*.png"):
        with Image.open(kept) as old, Image.open(tmp_path / kept.name) as new:
            assert old.size == new.size
            assert new.size[0] == 896
