"""README and docs say what is there: every command and option, shell commands that exist, links that lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_course import PROJECT
from typer.main import get_command

from autograder.cli import app
from autograder.course import load_course

COMMANDS = get_command(app).commands  # type: ignore[attr-defined]  # a group has commands
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
OPTIONS = sorted(
    {opt for command in COMMANDS.values() for p in command.params for opt in p.opts if opt.startswith("--")}
)

TRANSLATED = (r"\banew\b", r"\bat fault\b", r"\bput right\b", r"\bby lot\b", r"\bwhoever\b", r"\b(?:is|are) none\b")

ABSOLUTE = re.compile(r"(?<![\w.~:/<>)}*-])/\w[\w.-]*/\S*")  # not ../a/b, ~/a/b, <student>/a/b or an address's own


def text() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def shell_lines() -> Iterator[str]:
    """The lines of the README's shell examples, without prompts, comments and continuations."""
    for block in re.findall(r"```(?:sh|bash|shell|console)\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            plain = re.sub(r"\s#.*$", "", line.strip().removeprefix("$ "))
            if plain and not plain.startswith("#"):
                yield plain


def test_there_is_a_readme_with_commands() -> None:
    assert PROJECT / "README.md" in PAGES
    assert any(line.startswith("make") for line in shell_lines())


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"(\bautograder |`){command}\b", text())


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_documented(option: str) -> None:
    assert re.search(rf"{option}\b", text())


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", (PROJECT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("line", sorted(set(shell_lines())))
def test_the_readmes_commands_exist(line: str) -> None:
    words = shlex.split(line.replace("[", "").replace("]", ""))
    words = [word for word in words if not re.fullmatch(r"[A-Z_]+=.*", word)]
    program, rest = Path(words[0]).name, words[1:]
    if program == "make":
        assert {word for word in rest if not word.startswith("-") and "=" not in word} <= targets()
    elif program == "autograder":
        named = next((word for word in rest if not word.startswith("-")), None)
        assert named is None or named in COMMANDS
        known = {opt for p in COMMANDS[named].params for opt in p.opts} if named else {"--help", "--version"}
        assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known | {"--help"}
    else:
        assert program in {
            "git",
            "cd",
            "python",
            "python3",
            "pip",
            "jupyter",
            "nbgrader",
            "sudo",
            "apt-get",
            "apt",
            "source",
        }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)", prose)
    inside = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_no_page_names_a_path_of_somebodys_machine() -> None:
    assert ABSOLUTE.findall("open /disk/somebody/course") == ["/disk/somebody/course"]
    assert ABSOLUTE.findall(text()) == []


def test_the_readme_begins_with_the_two_commands_and_a_report() -> None:
    before_the_first_section = (PROJECT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert before_the_first_section.index("make demo") < before_the_first_section.index("make test")
    assert "(docs/pictures/report.png)" in before_the_first_section


def test_the_readme_counts_the_exercises() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d+) \|$", (PROJECT / "README.md").read_text(), re.MULTILINE)
    written = {name: (PROJECT / "solutions" / "hidden" / f"test_{name}.py").read_text() for name, _ in rows}
    counted = {name: len(set(re.findall(r'@points\("(\w+)"', text))) for name, text in written.items()}
    assert {name: int(count) for name, count in rows} == counted
    assert list(counted) == list(load_course(PROJECT).assignments)


@pytest.mark.parametrize("turn", TRANSLATED)
def test_no_page_reads_translated(turn: str) -> None:
    found = [
        (page.name, match)
        for page in PAGES
        for match in re.findall(turn, page.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert found == []


EXAMPLES = ("CHANGELOG.md", "authoring.md")  # they name files of earlier versions, and files that the reader makes


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in EXAMPLES], ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    roots = "autograder|tests|solutions|assignments|bench|docs"
    named = re.findall(rf"`((?:{roots})/[\w./-]+)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (PROJECT / name).exists()] == []
