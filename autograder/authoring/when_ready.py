"""What a released notebook's setup cell defines so that *Run All* reaches the end, and what a picture shows is said.

`when_ready` runs in the student's kernel: its source goes into the setup cell as it stands here.
"""

from __future__ import annotations

import inspect
import re


class when_ready:  # noqa: N801  # it reads as a statement: with when_ready("step"):
    """Runs the lines below it once the exercises that they need work; until then, says what they wait for.

    `alt` tells people who cannot see a picture what it shows.
    """

    def __init__(self, *needed: str, alt: str = "") -> None:
        self.needed, self.alt = needed, alt.strip()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type, error: BaseException, trace: object) -> bool:
        import html
        import sys
        import traceback

        from IPython import get_ipython
        from IPython.display import HTML, display

        pyplot = sys.modules.get("matplotlib.pyplot")
        if error is None and pyplot and self.alt:
            for number in pyplot.get_fignums():
                figure = pyplot.figure(number)
                png = get_ipython().display_formatter.format(figure, include=["image/png"])[0].get("image/png")
                shown = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{png}">'
                display(HTML(shown) if png else figure)
                pyplot.close(figure)
        if error is None or isinstance(error, (KeyboardInterrupt, GeneratorExit)):
            return False
        if pyplot:
            pyplot.close("all")
        called = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        cause = [name for name in called if name in self.needed][-1:]
        names = " and ".join(", ".join(f"`{name}`" for name in cause or self.needed).rsplit(", ", 1))
        passes = "passes its check" if len(cause or self.needed) == 1 else "pass their checks"
        print(f"This {'picture' if self.alt else 'cell'} waits until {names} {passes}.")
        if isinstance(error, NotImplementedError):
            print("It is not written yet.")
        elif isinstance(error, NameError) and not cause:
            print(f"A cell above, which makes `{error.name}`, waits too.")
        else:
            print(f"{kind.__name__}: {error}")
        return True


_LINTER_COMMENT = re.compile(r"  # noqa:.*")
SOURCE = _LINTER_COMMENT.sub("", inspect.getsource(when_ready))
