"""Damaged input, for a short time: whatever it is, a decoder answers, or raises an error that it documents."""

from __future__ import annotations

import random
from pathlib import Path

import fuzz
import pytest
from fuzz_targets import Target, targets
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = (
    "wire, from the student", "wire, to the student", "reports of the control socket", "notebook", "download of an LMS",
    "roster", "course.yml",
)  # fmt: skip
FEW = {"course.yml": 60}
RANDOM = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def decoders(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    return {target.name: target for target in targets(tmp_path_factory.mktemp("fuzz"), _small_built)}


def test_all_decoders_are_here(decoders: dict[str, Target]) -> None:
    assert tuple(decoders) == NAMES
    for target in decoders.values():
        accepted = fuzz.Fed(target.name)
        for seed in target.seeds:
            fuzz.feed(target, seed, accepted)
        assert accepted.accepted, target.name


@pytest.mark.parametrize("name", NAMES)
def test_only_documented_errors_come_of_changed_input(name: str, decoders: dict[str, Target]) -> None:
    @settings(max_examples=FEW.get(name, 300), deadline=None)
    @given(chance=RANDOM)
    def changed(chance: random.Random) -> None:
        fed = fuzz.Fed(name)
        fuzz.feed(decoders[name], fuzz.mutated(decoders[name], chance), fed)
        assert fed.undocumented == []

    changed()


@pytest.mark.parametrize("name", NAMES)
def test_only_documented_errors_come_of_noise(name: str, decoders: dict[str, Target]) -> None:
    @settings(max_examples=FEW.get(name, 200), deadline=None)
    @given(st.binary(max_size=300))
    def noise(data: bytes) -> None:
        fed = fuzz.Fed(name)
        fuzz.feed(decoders[name], data, fed)
        assert fed.undocumented == []

    noise()


def test_an_error_that_is_not_documented_is_found(decoders: dict[str, Target]) -> None:
    """The fuzzer can fail: a decoder that forgets one of its errors is told apart."""
    bare = decoders["notebook"]
    careless = Target(bare.name, bare.feed, (), bare.seeds, bare.load, bare.dump)
    fed = fuzz.Fed(bare.name)
    fuzz.feed(careless, b"no notebook", fed)
    assert fed.undocumented[0].startswith("SubmissionError: ")
    assert not fuzz.tell([fed])
    assert fuzz.tell([fuzz.Fed(bare.name)])


def test_changes_are_of_many_kinds(decoders: dict[str, Target]) -> None:
    target, chance = decoders["wire, from the student"], random.Random(1)
    fed = fuzz.Fed(target.name)
    for _ in range(1500):
        fuzz.feed(target, fuzz.mutated(target, chance), fed)
    assert fed.undocumented == []
    assert min(fed.accepted, fed.documented) > 30  # some changes leave a message that is read to its end
