"""The site's first page: the chapters with their due dates, how to work and hand in, and notes for the site's host."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from autograder.course import Course, moments
from autograder.site import jupyterlite, pyodide
from autograder.site.chapters import Chapter

HOW = """
## How to work

Open a chapter, read, and write your answers into the page. **Check** runs the public checks on your answer, in this
browser: nothing is sent anywhere. The first check loads Python, which takes some seconds; the next ones are quick. Your
answers are kept in this browser, on this computer; a private window forgets them when you close it. Download them now
and then: that file is also what you hand in, and any page of this site can read it again.

You can just as well work in Jupyter. Each notebook above runs there as it is.{lite}

## How to hand in

1. In the chapter, choose **Download my notebook**.
2. Hand in the file under the name that it has, in the way your course tells you.
"""

HOST = """
## If you host this site

The site is a folder of files without cookies, tracking or accounts. It contacts no address other than {source}. Serve
it over HTTPS with these headers. Each page says the same for itself, but the rules for Python's worker can only come
from the server:

```text
Content-Security-Policy: {policy}; frame-ancestors 'self'
X-Content-Type-Options: nosniff
Referrer-Policy: no-referrer
```
"""

LITE = """ *JupyterLite* opens it
in this browser, with nothing to install, and keeps what you write there as a copy of its own. To continue in the
chapter, download the notebook and read it in. If a chapter is released again, your copy stays: delete it in
JupyterLite's list of files to get the new one.
"""

HOST_LITE = """
JupyterLite's libraries need a wider policy, so in the folder `{folder}/` send this one:

```text
Content-Security-Policy: {policy}; frame-ancestors 'self'
```
"""


def start_page(course: Course, chapters: Sequence[Chapter], policy: str, python: str, lite: bool) -> str:
    """The first page as MyST. ``python`` is Pyodide's address; ``lite`` says whether JupyterLite is in the site."""
    rows = "".join(_row(course, chapter, lite) for chapter in chapters)
    table = (
        '<table class="course-syllabus"><thead><tr><th>Chapter</th><th>Due</th><th>Reading</th><th>Done</th>'
        f"<th>Notebook</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    how = HOW.format(lite=LITE if lite else "")
    host = HOST.format(policy=policy, source="its own" if python == pyodide.OWN else python)
    if lite:
        host += HOST_LITE.format(folder=jupyterlite.FOLDER, policy=jupyterlite.content_policy(python))
    names = "\n".join(chapter.assignment for chapter in chapters)
    return f"# {course.title}\n\n## Chapters\n\n{table}\n\n{how}\n{host}\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def _row(course: Course, chapter: Chapter, lite: bool) -> str:
    name, due = chapter.assignment, course.due(chapter.assignment)
    when = moments.shown(due) if due else "open"
    link = f'<br><a href="{jupyterlite.notebook_link(name)}">JupyterLite</a>' if lite else ""
    return (
        f'<tr><td><a href="{name}.html">{escape(chapter.title)}</a></td><td data-head="Due">{escape(when)}</td>'
        f'<td data-head="Reading">{chapter.minutes} min</td><td data-head="Done">'
        f'<span class="course-progress" data-chapter="{name}">{len(chapter.exercises)} exercises</span></td>'
        f'<td data-head="Notebook"><a href="notebooks/{name}.ipynb" download>{name}.ipynb</a>{link}</td></tr>'
    )
