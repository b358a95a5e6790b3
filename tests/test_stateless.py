"""Which notebooks may be graded in part: those whose functions can leave nothing behind; in doubt, none."""

from __future__ import annotations

import pytest
from small_course import PROJECT

from autograder.stateless import stateless

SETUP = "import functools\nimport math\nimport numpy as np\nimport matplotlib.pyplot as plt\nBLUE = '#00f'\n"


def allowed(source: str) -> bool:
    return stateless([SETUP, source], {"f"})


@pytest.mark.parametrize(
    "source",
    [
        "def f(x, w):\n    return float(np.sum(x * w))",
        "def g(x):\n    return math.tanh(x)\ndef f(x, h=1e-5):\n    return [g(a) for a in x]",
        "def f(x):\n    out = []\n    for a in x:\n        out.append(a)\n    out[0] = 1\n    return out",
        "EPS = 1e-9\ndef f(x):\n    return np.log(x + EPS)",
        "def f(rng):\n    return rng.normal(size=3)",
        "def f(seed):\n    return np.random.default_rng(seed).normal()",
        "def f(x):\n    return x if getattr(x, 'dtype', None) == float else np.empty(0)",
        "def f(x):\n    def inner(y):\n        return y + x\n    return inner(2)",
        "def f(x):\n    raise NotImplementedError()",
        "def f(x, w):\n    return np.divide(x, w, out=np.zeros(3), where=w != 0) * np.linalg.norm(x[:, np.newaxis])",
        "from numpy import linalg as la, pi\ndef f(x):\n    return np.c_[x, la.inv(x) * pi], np.ma.masked_less(x, 0)",
        "fig, ax = plt.subplots()\nax.plot([1, 2], color=BLUE)\nprint(1)",
        "from math import sqrt\ndef f(x: np.ndarray) -> float:\n    return sqrt(x[0])",
    ],
)  # fmt: skip
def test_plain_functions_leave_nothing_behind(source: str) -> None:
    assert allowed(source)


@pytest.mark.parametrize(
    "source",
    [
        "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n",
        "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)",
        "def f(x, seen=[]):\n    seen.append(x)\n    return len(seen)",
        "def f(x):\n    f.n = 1",
        "def f(x):\n    return f.__dict__",
        "@functools.cache\ndef f(x):\n    return x",
        "def f(x):\n    return np.random.rand()",
        "def f(x):\n    np.random.seed(1)",
        "def f(x):\n    np.seterr(all='raise')",
        "from numpy import random\ndef f(x):\n    return random.rand()",
        "import random\ndef f(x):\n    return random.random()",
        "def f(x):\n    plt.plot(x)",
        "def f(x):\n    open('n', 'a').write('1')",
        "def f(x):\n    import os\n    return os.getpid()",
        "data = np.zeros(3)\ndef f(x):\n    data[0] += 1\n    return data[0]",
        "it = iter([1, 2])\ndef f(x):\n    return next(it)",
        "np.sum = lambda x: 1",
        "class Net:\n    n = 0\ndef f(x):\n    Net.n += 1",
        "def make():\n    n = 0\n    def f(x):\n        nonlocal n\n        n += 1\n        return n\n    return f",
        "def make():\n    seen = []\n    return lambda x: seen.append(x)\ng = make()\ndef f(x):\n    return g(x)",
        "%timeit 1\ndef f(x):\n    return x",
        "exec('def f(x): return 1')",
        "from helpers import helper\ndef f(x):\n    return helper(x)",
        "from numpy import *\ndef f(x):\n    return x",
        "def f(x):\n    return check('f')",
        "def make():\n    seen = []\n    return lambda x: seen.append(x) or len(seen)\nf = make()",
        "sum = {}\ndef f(x):\n    sum[x] = 1\n    return len(sum)",
        "def f(x):\n    return np.empty(3)",
        "def f(x):\n    return getattr(x, '__dict__')",
        "def f(x):\n    return getattr(np, 'random').rand()",
        "def f(x, name):\n    return getattr(x, name)",
        "def f(x):\n    me = f\n    me.n = getattr(me, 'n', 0) + 1\n    return me.n",
        "def f(x):\n    [f][0].n = 1",
        "def f(x):\n    np.sctypeDict['n'] = np.sctypeDict.get('n', 0) + 1",
        "from numpy import typecodes\ndef f(x):\n    typecodes['n'] = x",
        "def f(x):\n    m = np\n    m.typecodes.update(n=x)",
        "import typing\ndef f(x):\n    typing.sys.modules['n'] = x",
        "import numpy as other\ndef f(x):\n    return other.ma.masked_print_option.set_display(x)",
        "def f(x):\n    functools.update_wrapper(f, x, ('n',), ())",
        "import operator\ndef f(x):\n    operator.attrgetter('__globals__')(f)['n'] = x",
        "def f(x, w):\n    return np.divide(x, w, where=w != 0)",
        "from numpy import ndarray\ndef f(x):\n    return ndarray(3)",
        "def g(x):\n    return 1\nif True:\n    def g(x):\n        return 2\ndef f(x):\n    return g(x)",
    ],
)  # fmt: skip
def test_whatever_might_remember_a_call_is_refused(source: str) -> None:
    assert not allowed(source)


def test_functions_of_released_cells_are_unknown() -> None:
    assert not stateless(["def f(x):\n    return check(x)"], {"f"}, ["def check(x):\n    return x"])
    assert stateless(["def f(x):\n    return x"], {"f"}, ["@cache\ndef check(x):\n    seen.append(x)"])


@pytest.mark.parametrize("name", ["neuron", "activations", "losses", "layers"])
def test_the_references_leave_nothing_behind(name: str) -> None:
    source = (PROJECT / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    assert stateless([SETUP, source.replace("Callable[..., Any]", "object")], {"f"})
