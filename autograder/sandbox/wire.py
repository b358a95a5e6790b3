"""What may cross the socket between the two processes: bounded frames of MessagePack that hold values, never code.

A frame is four bytes of length, big-endian, and one tagged message. Both sides decode into the types below and nothing
else; whatever does not fit raises `WireError`. Values are packed by `Packer` and unpacked by `unpack`.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
import numpy as np
from msgspec import Meta

from autograder.errors import WireError

MAX_DEPTH = 32
MAX_ITEMS = 200_000
MAX_AXES = 8
MAX_SPAWNED = 10_000
MAX_POOL = 64  # words of a seed's entropy pool; NumPy takes four, and would allocate and mix whatever it is told
MAX_ODD_KEYS = 1000  # keys whose hashes can be made to collide, which takes quadratic time
HASH_MODULUS = sys.hash_info.modulus  # multiples of it all have the hash 0
MAX_BITS = 1023  # an integer of so many bits fits a float
_LENGTH = struct.Struct(">I")
HEADER = _LENGTH.size
_KINDS = [np.bool_, *np.sctypeDict.values()]
DTYPES = {np.dtype(kind).str for kind in _KINDS if np.dtype(kind).kind in "biufc"}
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


class Unsendable(Exception):
    """A value that is not among those the wire carries; ``what`` names it for people, such as 'a DataFrame'."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class _Node(msgspec.Struct, frozen=True, array_like=True, tag=True, forbid_unknown_fields=True):
    """Base of the packed values that MessagePack has no type of its own for."""


class BigInt(_Node, frozen=True, array_like=True):
    """An integer beyond 64 bits, in hexadecimal digits."""

    digits: str


class Bytes(_Node, frozen=True, array_like=True):
    """Bytes; MessagePack's own would look like text to the decoder."""

    data: bytes


class Complex(_Node, frozen=True, array_like=True):
    """A complex number."""

    real: float
    imag: float


class Scalar(_Node, frozen=True, array_like=True):
    """A NumPy scalar."""

    dtype: str
    data: bytes


class Array(_Node, frozen=True, array_like=True):
    """An array's bytes in C order of its axes, and the memory layout to rebuild: 'C', 'F' or its strides in bytes."""

    dtype: str
    shape: tuple[int, ...]
    layout: str | tuple[int, ...]
    data: bytes


class Sequence(_Node, frozen=True, array_like=True):
    """A list or a tuple."""

    items: tuple[Packed, ...]
    is_tuple: bool


class Mapping(_Node, frozen=True, array_like=True):
    """A dictionary, in its order."""

    items: tuple[tuple[Packed, Packed], ...]


class Function(_Node, frozen=True, array_like=True):
    """A function of the grader's: its number while the call lasts, and its name for messages."""

    handle: int
    name: str


class Random(_Node, frozen=True, array_like=True):
    """A numpy Generator as its bit generator's name and state."""

    name: str
    state: Packed
    seed: Packed


Packed: TypeAlias = (
    bool | int | float | str | Bytes | BigInt | Complex | Scalar | Array | Sequence | Mapping | Function | Random | None
)


class Packer:
    """Packs values; functions are packed too when ``register`` gives each a number."""

    def __init__(self, register: Callable[[Callable[..., Any]], int] | None = None) -> None:
        self._register = register
        self._items = 0

    def pack(self, value: Any, depth: int = 0) -> Packed:
        """The packed form of ``value``.

        Raises:
            Unsendable: when the value, or one inside it, is of a type that the wire does not carry, or over a bound.
        """
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            raise Unsendable("a value that is nested too deeply or has too many parts")
        if value is None or value is True or value is False:
            return value
        if isinstance(value, np.ndarray):
            return _pack_array(value)
        if isinstance(value, np.generic):
            return _pack_scalar(value)
        if isinstance(value, int):
            return _pack_int(int.__int__(value))
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, complex):
            return Complex(*_parts(value))
        if isinstance(value, str):
            return _pack_text(value)
        if isinstance(value, bytes | bytearray):
            return Bytes(bytes(value))
        if isinstance(value, list | tuple):
            items = (list if isinstance(value, list) else tuple).__iter__(value)  # type: ignore[arg-type]
            return Sequence(tuple(self.pack(item, depth + 1) for item in items), isinstance(value, tuple))
        if isinstance(value, dict):
            pairs = dict.items(value)
            return Mapping(tuple((self.pack(k, depth + 1), self.pack(v, depth + 1)) for k, v in pairs))
        if isinstance(value, np.random.Generator):
            bits = value.bit_generator
            return Random(type(bits).__name__, self.pack(bits.state, depth + 1), self.pack(_seed(bits), depth + 1))
        if callable(value) and self._register is not None:
            return Function(self._register(value), str(getattr(value, "__name__", type(value).__name__))[:100])
        raise Unsendable(describe(value))


def describe(value: Any) -> str:
    """A value's type with its article: 'a DataFrame', 'an object of type int64'."""
    name = type(value).__name__
    if callable(value) and name in {"function", "builtin_function_or_method", "method"}:
        name = "function"
    return f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name[:80]}"


def _parts(value: complex) -> tuple[float, float]:
    plain = complex.__complex__(value)
    return plain.real, plain.imag


def _pack_int(value: int) -> int | BigInt:
    if -(2**63) <= value < 2**64:
        return value
    if value.bit_length() > MAX_BITS:
        raise Unsendable(f"an integer of more than {MAX_BITS} bits")
    return BigInt(hex(value))


def _pack_text(value: str) -> str:
    plain = str.__str__(value)
    try:
        plain.encode()
    except UnicodeEncodeError:
        raise Unsendable("a text with half a character in it (a lone surrogate)") from None
    return plain


def _pack_scalar(value: np.generic) -> Packed:
    if value.dtype.kind in "US":
        return _pack_text(str(value))
    native = value.dtype.newbyteorder("=")
    if native.str not in DTYPES:
        raise Unsendable(f"a NumPy value of dtype {value.dtype}")
    return Scalar(native.str, np.asarray(value, dtype=native).tobytes())


def _pack_array(value: np.ndarray) -> Array:
    base = np.ndarray.view(value, np.ndarray)
    native = base.dtype.newbyteorder("=")
    if native.str not in DTYPES:
        raise Unsendable(f"an array of dtype {base.dtype}")
    if base.ndim > MAX_AXES:
        raise Unsendable(f"an array of more than {MAX_AXES} axes")
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise Unsendable("a masked array with masked entries")
    return Array(native.str, base.shape, _layout(base), base.astype(native, copy=False).tobytes())


def _layout(array: np.ndarray) -> str | tuple[int, ...]:
    if array.flags.c_contiguous:
        return "C"
    if array.flags.f_contiguous:
        return "F"
    return array.strides if _rebuildable(array.shape, array.strides, array.itemsize) else "C"


def _rebuildable(shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int) -> bool:
    """Whether memory of these strides holds each entry once, and not much besides."""
    extent = itemsize
    for stride, count in sorted((abs(s), n) for s, n in zip(strides, shape, strict=True) if n > 1):
        if stride < extent:
            return False
        extent = stride * (count - 1) + extent
    return extent <= 4 * max(1, int(np.prod(shape, dtype=object))) * itemsize + 4096


class Unpacker:
    """Unpacks values; ``items`` counts their parts. Arrays are fresh and writeable.

    Args:
        function: makes the callable that stands for a packed function; without it, a function is an error.
    """

    def __init__(self, function: Callable[[Function], Any] | None = None) -> None:
        self.items = 0
        self._function = function
        self._odd_keys = 0

    def unpack(self, packed: Packed) -> Any:
        """The value that was packed.

        Raises:
            WireError: when a part contradicts itself, or there is too much of them.
        """
        try:
            return self._value(packed, 0)
        except (ValueError, TypeError, OverflowError, MemoryError) as fault:  # what NumPy says of an impossible array
            raise WireError(f"a value that cannot be: {type(fault).__name__}") from None

    def _value(self, packed: Packed, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise WireError("a value that is nested too deeply or has too many parts")
        if isinstance(packed, Sequence):
            items = [self._value(item, depth + 1) for item in packed.items]
            return tuple(items) if packed.is_tuple else items
        if isinstance(packed, Mapping):
            return {self._key(key, depth + 1): self._value(value, depth + 1) for key, value in packed.items}
        if isinstance(packed, Array):
            return _unpack_array(packed)
        if isinstance(packed, Scalar):
            return _unpack_array(Array(packed.dtype, (), "C", packed.data))[()]
        if isinstance(packed, Bytes):
            return packed.data
        if isinstance(packed, Complex):
            return complex(packed.real, packed.imag)
        if isinstance(packed, BigInt):
            return _unpack_int(packed)
        if isinstance(packed, Random):
            return _unpack_generator(
                packed.name, *(self._value(part, depth + 1) for part in (packed.state, packed.seed))
            )
        if isinstance(packed, Function):
            if self._function is None:
                raise WireError("a function where only values are allowed")
            return self._function(packed)
        return packed

    def _key(self, packed: Packed, depth: int) -> Any:
        if not isinstance(packed, str | int | float | None) or (
            isinstance(packed, int) and abs(packed) >= HASH_MODULUS
        ):
            self._odd_keys += 1
            if self._odd_keys > MAX_ODD_KEYS:
                raise WireError(f"more than {MAX_ODD_KEYS} dictionary keys that are neither texts nor plain numbers")
        return self._value(packed, depth)


def unpack(packed: Packed, function: Callable[[Function], Any] | None = None) -> Any:
    """The value that was packed, by a fresh `Unpacker`."""
    return Unpacker(function).unpack(packed)


def _unpack_int(packed: BigInt) -> int:
    if len(packed.digits) > MAX_BITS:
        raise WireError("an integer over its bound")
    value = int(packed.digits, 16)
    if value.bit_length() > MAX_BITS:
        raise WireError("an integer over its bound")
    return value


def _unpack_array(packed: Array) -> np.ndarray:
    if packed.dtype not in DTYPES:
        raise WireError(f"an array of the unknown dtype {packed.dtype[:20]!r}")
    dtype, shape = np.dtype(packed.dtype), packed.shape
    if len(shape) > MAX_AXES or any(not 0 <= n < 2**40 for n in shape):
        raise WireError("an array of an impossible shape")
    if int(np.prod(shape, dtype=object)) * dtype.itemsize != len(packed.data):
        raise WireError("an array whose bytes do not fill its shape")
    flat = np.frombuffer(packed.data, dtype).reshape(shape)
    if packed.layout == "C":
        return flat.copy()
    if packed.layout == "F":
        return flat.copy(order="F")
    return _strided(flat, packed.layout)


def _strided(flat: np.ndarray, strides: str | tuple[int, ...]) -> np.ndarray:
    if isinstance(strides, str) or len(strides) != flat.ndim or any(s % flat.itemsize for s in strides):
        raise WireError("an array of an unknown layout")
    if flat.size == 0 or not _rebuildable(flat.shape, strides, flat.itemsize):
        return flat.copy()
    spans = [(n - 1) * s for n, s in zip(flat.shape, strides, strict=True)]
    low, high = sum(s for s in spans if s < 0), sum(s for s in spans if s > 0)
    memory = np.zeros((high - low) // flat.itemsize + 1, flat.dtype)
    array = np.ndarray(flat.shape, flat.dtype, memory, offset=-low, strides=strides)
    array[...] = flat
    return array


def _seed(bits: np.random.BitGenerator) -> dict[str, Any] | None:
    """What `spawn` makes new generators from; the state alone does not tell."""
    seed: Any = bits.seed_seq
    if (
        not isinstance(seed, np.random.SeedSequence)
        or seed.n_children_spawned > MAX_SPAWNED
        or seed.pool_size > MAX_POOL
    ):
        return None
    return {name: getattr(seed, name) for name in ("entropy", "spawn_key", "pool_size", "n_children_spawned")}


def _unpack_generator(name: str, state: Any, seed: Any) -> np.random.Generator:
    if name not in BIT_GENERATORS:
        raise WireError(f"a generator of the unknown kind {name[:20]!r}")
    try:
        _check_seed(seed)
        bits = getattr(np.random, name)(np.random.SeedSequence(**seed) if seed else None)
        _check_positions(state)
        bits.state = state
    except Exception as fault:  # NumPy raises whatever it meets in a malformed state
        raise WireError(f"a generator's state that cannot be: {type(fault).__name__}") from None
    return np.random.Generator(bits)


def _check_seed(seed: dict[str, Any] | None) -> None:
    """NumPy would take gigabytes, and hours in C, for an entropy pool of the size that it is told."""
    if seed and not 0 <= seed.get("pool_size", 0) <= MAX_POOL:
        raise ValueError("an entropy pool beyond its bound")


def _check_positions(state: dict[str, Any]) -> None:
    """NumPy believes these two, and would read beyond its buffers."""
    inner = state["state"]
    if not 0 <= inner.get("pos", 0) <= 624 or not 0 <= state.get("buffer_pos", 0) <= 4:
        raise ValueError("a position outside the buffer")


Name: TypeAlias = Annotated[str, Meta(max_length=1_000)]
Text: TypeAlias = Annotated[str, Meta(max_length=20_000)]
Verb: TypeAlias = Literal["make", "call", "get", "set"]
Positions: TypeAlias = Annotated[tuple[int, ...], Meta(max_length=200)]

# --- messages ---------------------------------------------------------------------------------------------------------


class Files(_Node, frozen=True, array_like=True):
    """To the student's process: small files to lay into its folder."""

    items: tuple[tuple[str, bytes], ...]


class Execute(_Node, frozen=True, array_like=True):
    """To the student's process: execute this cell, with its ``figures`` or without, where nobody looks at them."""

    index: int
    source: str
    figures: bool = True


class Call(_Node, frozen=True, array_like=True):
    """To the student's process: call the function of that name. ``number`` is drawn at random and comes back.

    While the call lasts, the names in ``bound`` stand for functions of the grader's.
    """

    number: int
    name: str
    args: tuple[Packed, ...]
    kwargs: tuple[tuple[str, Packed], ...]
    bound: tuple[Function, ...] = ()


class Use(_Node, frozen=True, array_like=True):
    """To the student's process: make an object and keep it, or use one: call its method, read or set its attribute.

    ``name`` is the class's, the method's or the attribute's; ``object`` the number that the process gave, 0 for 'make'.
    """

    number: int
    verb: Verb
    object: int
    name: str
    args: tuple[Packed, ...]
    kwargs: tuple[tuple[str, Packed], ...]
    bound: tuple[Function, ...] = ()


class Returned(_Node, frozen=True, array_like=True):
    """To the student's process: what the grader's function answered, and what it wrote into its arguments."""

    value: Packed
    written: tuple[tuple[int, Packed], ...] = ()


class Invoke(_Node, frozen=True, array_like=True):
    """To the student's process, during a call back: call the student's own function of that number."""

    handle: int
    args: tuple[Packed, ...]


class Refused(_Node, frozen=True, array_like=True):
    """To the student's process: the grader's function raised, or must not be called now."""

    reason: str


class Stream(_Node, frozen=True, array_like=True):
    """Text that a cell wrote to standard output or standard error."""

    name: Name
    text: str


class Display(_Node, frozen=True, array_like=True):
    """A picture or other rich output. ``count`` is set for the value of a cell's last line."""

    data: Annotated[dict[str, str], Meta(max_length=100)]
    count: int | None


class Failure(_Node, frozen=True, array_like=True):
    """An exception that ended a cell."""

    ename: Name
    evalue: Text
    traceback: Annotated[tuple[str, ...], Meta(max_length=300)]


class Locked(_Node, frozen=True, array_like=True):
    """From the student's process, once: its walls stand, and it has read nothing of the notebook yet."""


class Unlocked(_Node, frozen=True, array_like=True):
    """From the student's process, in place of `Locked`: a wall could not be built, or does not hold."""

    wall: Name
    reason: Name
    remedy: Name


class Executed(_Node, frozen=True, array_like=True):
    """From the student's process: the cell has run; and how many seconds it claims to have drawn figures."""

    index: int
    outputs: Annotated[tuple[Stream | Display | Failure, ...], Meta(max_length=200)]
    drawing: Annotated[float, Meta(ge=0, le=3600)] = 0.0


class Answer(_Node, frozen=True, array_like=True):
    """From the student's process: the call's answer, and what was observed beside it."""

    number: int
    value: Packed
    changed: Positions
    shared: Positions
    warnings: Annotated[tuple[Name, ...], Meta(max_length=20)]


class Made(_Node, frozen=True, array_like=True):
    """From the student's process: the answer is an object that stays there, under this number. Answers a `Use` only."""

    number: int
    object: int
    kind: Name
    changed: Positions
    shared: Positions
    warnings: Annotated[tuple[Name, ...], Meta(max_length=20)]


class Raised(_Node, frozen=True, array_like=True):
    """From the student's process: the call raised. ``bases`` are the built-in classes of the exception."""

    number: int
    type_name: Name
    bases: Annotated[tuple[Name, ...], Meta(max_length=100)]
    message: Text
    frames: Annotated[tuple[Name, ...], Meta(max_length=100)]


class Missing(_Node, frozen=True, array_like=True):
    """From the student's process: there is no such function; ``found`` says what is there instead, or ''."""

    number: int
    found: Name


class NotSent(_Node, frozen=True, array_like=True):
    """From the student's process: the answer is of a type that the wire does not carry."""

    number: int
    what: Name


class Callback(_Node, frozen=True, array_like=True):
    """From the student's process: call the grader's function with that handle."""

    handle: int
    args: Annotated[tuple[Packed, ...], Meta(max_length=100)]
    kwargs: Annotated[tuple[tuple[Name, Packed], ...], Meta(max_length=100)]


class Invoked(_Node, frozen=True, array_like=True):
    """From the student's process: what its own function answered, or the ``fault`` why it did not."""

    value: Packed
    fault: Name = ""


ToStudent: TypeAlias = Files | Execute | Call | Use | Returned | Refused | Invoke
FromStudent: TypeAlias = Locked | Unlocked | Executed | Answer | Made | Raised | Missing | NotSent | Callback | Invoked

_encoder = msgspec.msgpack.Encoder()
_to_student = msgspec.msgpack.Decoder(ToStudent)
_from_student = msgspec.msgpack.Decoder(FromStudent)


def frame(message: ToStudent | FromStudent) -> bytes:
    """The message's bytes as they go over the socket."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


def length(header: bytes, limit: int) -> int:
    """The length of the body that follows a header.

    Raises:
        WireError: when it claims more than ``limit`` bytes.
    """
    (size,) = _LENGTH.unpack(header)
    if size > limit:
        raise WireError(f"an answer of {size} bytes, over the limit of {limit}")
    return int(size)


def to_student(body: bytes) -> ToStudent:
    """Decodes a message from the grader. Raises WireError."""
    message: ToStudent = _decode(_to_student.decode, body)
    return message


def from_student(body: bytes) -> FromStudent:
    """Decodes a message from the student's process. Raises WireError."""
    message: FromStudent = _decode(_from_student.decode, body)
    return message


def _decode(decode: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError) as fault:
        raise WireError(f"no message of the protocol: {str(fault)[:200]}") from None
