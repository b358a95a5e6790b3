"""What the wire does not carry is refused before it is sent, by a name that people know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox.common.encode import Packer, Unsendable


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (object(), "an object"),
        ({1, 2}, "a set"),
        (len, "a function"),
        (np.array([object()]), "an array of dtype object"),
        (2**5000, "an integer of more than"),
    ],
    ids=["object", "set", "function", "object array", "huge integer"],
)
def test_what_the_wire_does_not_carry_is_named(value: Any, named: str) -> None:
    with pytest.raises(Unsendable) as caught:
        Packer().pack(value)
    assert named in caught.value.what


def test_a_value_nested_too_deeply_is_not_sent() -> None:
    nested: list[Any] = []
    nested.append(nested)
    with pytest.raises(Unsendable, match="nested too deeply"):
        Packer().pack(nested)
