"""Pictures as inline SVG: a few elements, always escaped, and with a text that says what each picture shows."""

from __future__ import annotations

from markupsafe import Markup, escape


def element(name: str, *inside: str, **attributes: object) -> Markup:
    """One element; a trailing underscore and inner ones are for Python: ``class_``, ``stroke_width``.

    >>> element("text", "a < b", x=1.5, class_="tick")
    Markup('<text x="1.5" class="tick">a &lt; b</text>')
    """
    markup = "".join(f' {key.rstrip("_").replace("_", "-")}="{_plain(value)}"' for key, value in attributes.items())
    if not inside:
        return Markup(f"<{name}{markup}/>")
    return Markup(f"<{name}{markup}>") + Markup("").join(escape(part) for part in inside) + Markup(f"</{name}>")


def _plain(value: object) -> Markup:
    return escape(f"{value:.4g}" if isinstance(value, float) else value)


def picture(
    width: float, height: float, *inside: str, title: str, describe: str, kind: str = "", natural: bool = False
) -> Markup:
    """A picture with a title, and a sentence that describes it to somebody who cannot see it.

    A ``natural`` one has its own width in pixels; the style sheet decides the width of others.
    """
    return element(
        "svg",
        element("title", title),
        element("desc", describe),
        *inside,
        class_=f"picture {kind}".strip(),
        viewBox=f"0 0 {width:g} {height:g}",
        **({"width": f"{width:g}"} if natural else {}),
        role="img",
        aria_label=f"{title}. {describe}",
    )
