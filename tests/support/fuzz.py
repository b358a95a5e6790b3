"""The command `make fuzz`: damaged input for every decoder, until each has read so many bytes.

It prints what was fed and what came of it, and ends with 1 on an error that a decoder does not document, on an input
that keeps it for longer than PATIENCE, and on more than MEMORY.
"""

from __future__ import annotations

import argparse
import base64
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzz_targets import Target, targets
from rich.console import Console
from rich.table import Table

PATIENCE = 10.0  # seconds
ADDRESS_SPACE = 4 * 2**30
MEMORY = 1000  # megabytes beyond those at the start
EDGES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 255, 2**31, 2**32, 2**53, 2**63 - 1, -(2**63), 2**64 - 1, 0.0, -0.0, 1e308, -1e-308,
    "", "x", "x" * 3000, "\x00", "é\u202e\U0001f600", "\ud800", "C", "F", "<f8", "|O", ">i4", "../../etc/passwd",
    "0x" + "f" * 300, [], {}, [[]], [None] * 50, {"": ""}, [[[[[[[[]]]]]]]], {"nbgrader": []}, "2030-01-01T00:00:00",
    b"", b"\xff" * 40,
)  # fmt: skip
PIECES = (
    b"\x00", b"\xff", b"\xff\xff\xff\xff", b"[" * 200, b"{" * 200, b'{"a":' * 100, b"\x93" * 300, b"\\ud800", b"NaN",
    b"1e999", b"-", b"\xc0", b"\xdd\x7f\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff",
    b"\xef\xbb\xbf", b"\xfe\xff", b"&a [*a]", b"*a", b"!!python/object:os.system x", b"<<: ", b"? ", b": ", b"\n",
    b"  ", b"\t", b"%YAML 9.9\n", b"---\n", b"0x" + b"f" * 600, b"1" * 5000, b"2030-99-99", b"12:30:45", b"!!binary x",
    b"!!timestamp x", b"!!int x", b"!!float .", b"!!bool x", b"!!set {a, b}", b"!!omap [a: 1]", b"&a", b"{<<: *a}",
)  # fmt: skip


def mutated(target: Target, chance: random.Random) -> bytes:
    """One input: mostly a valid one with a few changes to its values or its bytes, now and then mere noise."""
    seed = chance.choice(target.seeds)
    kind = chance.random()
    if kind < 0.03:
        return chance.randbytes(chance.randrange(1, 400))
    if kind < 0.5:
        with suppress(ValueError, TypeError, OverflowError, RecursionError):  # the format may have no way to write it
            value = target.load(seed)
            for _ in range(chance.choice((1, 1, 2, 5))):
                value = _changed_value(value, chance)
            seed = target.dump(value)
        if kind < 0.4:
            return seed[: target.largest]
    for _ in range(chance.choice((1, 1, 2, 4, 10))):
        seed = _changed_bytes(seed, chance, target.seeds)
    return seed[: target.largest]


def _changed_value(value: Any, chance: random.Random) -> Any:
    """The value with one part of it replaced, removed, doubled or moved."""
    value = deepcopy(value)
    places = [*_places(value)]
    if not places:
        return deepcopy(chance.choice(EDGES))
    holder, key = chance.choice(places)
    match chance.randrange(5):
        case 0 | 1:
            holder[key] = deepcopy(chance.choice(EDGES))
        case 2:
            del holder[key]
        case 3:
            other, place = chance.choice(places)
            holder[key] = deepcopy(other.get(place) if isinstance(other, dict) else other[place])
        case 4 if isinstance(holder, list):
            holder.extend(deepcopy(holder[: chance.choice((1, 3, 40))]))
        case 4:
            holder[chance.choice(("", "x", "nbgrader", "id", "cells", "limits", "1"))] = deepcopy(holder[key])
    return value


def _places(value: Any) -> Any:
    """Every part of a value as the list or dictionary that holds it, and its place there."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _changed_bytes(data: bytes, chance: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((1, 1, 2, 8, 40, 400)))
    match chance.randrange(7):
        case 0:
            return data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:start] + data[start:end] * chance.choice((2, 3, 30)) + data[end:]
        case 3:
            return data[:start] + chance.choice(PIECES) + data[start:]
        case 4:
            return data[:start]
        case 5:
            other = chance.choice(seeds)
            return data[:start] + other[chance.randrange(len(other)) :]
    return data[:start] + bytes(byte ^ 1 << chance.randrange(8) for byte in data[start:end]) + data[end:]


@dataclass
class Fed:
    """What one decoder was fed, and what came of it."""

    name: str
    size: int = 0
    inputs: int = 0
    accepted: int = 0
    documented: int = 0
    undocumented: list[str] = field(default_factory=list)
    slowest: float = 0.0
    memory: float = 0.0
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether only documented errors came, and none took long or much."""
        return not self.undocumented and self.slowest <= PATIENCE and self.memory <= MEMORY


def feed(target: Target, data: bytes, fed: Fed) -> None:
    """Gives one input to a decoder."""
    start = time.perf_counter()
    try:
        target.feed(data)
        fed.accepted += 1
    except target.documented as fault:
        fed.documented += 1
        if isinstance(fault.__context__, MemoryError):  # it would have taken what it is told, had there been no limit
            fed.undocumented.append(f"MemoryError behind {fault} for {base64.b64encode(data[:3000]).decode()}")
    except Exception as fault:
        shown = base64.b64encode(data[:3000]).decode()
        fed.undocumented.append(f"{type(fault).__name__}: {str(fault)[:200]} for {shown}")
    fed.slowest = max(fed.slowest, time.perf_counter() - start)
    fed.inputs += 1
    fed.size += len(data)


def fuzz(number: int, size: int, seed: int) -> Fed:
    """Feeds one decoder in a process of its own, until it has read so many bytes."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        target = targets(Path(folder))[number]
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))  # a decoder without bounds is found out
        fed, chance, start = Fed(target.name), random.Random(seed + number), time.monotonic()
        warm = Fed(target.name)
        for one in target.seeds:
            feed(target, one, warm)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        while (fed.size < size or fed.inputs < size // 3000) and len(fed.undocumented) < 20:
            feed(target, mutated(target, chance), fed)
        fed.memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        fed.seconds = time.monotonic() - start
        return fed


def tell(all_fed: list[Fed]) -> bool:
    """Prints the table; whether all is well."""
    table = Table(title="Damaged input for every decoder")
    for name in (
        "decoder",
        "bytes",
        "inputs",
        "accepted",
        "refused",
        "undocumented",
        "slowest",
        "peak memory",
        "seconds",
    ):
        table.add_column(name, justify="left" if name == "decoder" else "right")
    for fed in all_fed:
        counts = (fed.size, fed.inputs, fed.accepted, fed.documented, len(fed.undocumented))
        rest = (f"{fed.slowest * 1000:.0f} ms", f"+{fed.memory:.0f} MB", f"{fed.seconds:.0f}")
        table.add_row(fed.name, *(f"{count:,}" for count in counts), *rest, style="" if fed.good else "red")
    Console(highlight=False, width=140).print(table)
    for fed in all_fed:
        for fault in fed.undocumented[:3]:
            print(f"{fed.name}: {fault}")
    return all(fed.good for fed in all_fed)


def main() -> int:
    """Fuzzes all decoders; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=int, default=10_000_000, help="for each decoder (default: ten million)")
    parser.add_argument("--seed", type=int, default=None, help="for the same inputs again (default: drawn)")
    options = parser.parse_args()
    seed = random.randrange(2**32) if options.seed is None else options.seed
    print(f"Seed {seed}")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        count = len(targets(Path(folder)))
    with multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        order = sorted(range(count), reverse=True)  # the slow ones first
        done = {number: pool.apply_async(fuzz, (number, options.bytes, seed)) for number in order}
        return 0 if tell([done[number].get(3600) for number in range(count)]) else 1


if __name__ == "__main__":
    sys.exit(main())
