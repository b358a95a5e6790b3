"""The pictures of figures, read back by Pillow."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from autograder.sandbox.guest.figures import encode_png


def test_a_picture_comes_back_as_it_went() -> None:
    pixels = np.random.default_rng(7).integers(0, 256, (5, 9, 4), dtype=np.uint8)
    with Image.open(io.BytesIO(encode_png(pixels))) as picture:
        picture.load()
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (9, 5))
        assert np.array_equal(np.asarray(picture), pixels)


def test_a_flat_picture_is_a_small_file() -> None:
    assert len(encode_png(np.full((300, 700, 4), 255, dtype=np.uint8))) < 6_000
