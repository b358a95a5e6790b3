"""The list of allowed system calls: short, and each with its reason."""

from __future__ import annotations

import re

from small_course import PROJECT

from autograder.sandbox.guest import lockdown

CONDITIONAL = re.compile(r'_allow\(\s*rules,\s*"(\w+)"|for name(?:, \w+)? in \((.*?)\):\n\s+_allow', re.DOTALL)


def allowed() -> set[str]:
    """All system calls that pass, some of them under conditions."""
    source = (PROJECT / "autograder" / "sandbox" / "guest" / "lockdown.py").read_text(encoding="utf-8")
    found = [name for groups in CONDITIONAL.findall(source) for name in re.findall(r"[a-z_0-9]+", " ".join(groups))]
    return {*lockdown.ALLOWED_SYSCALLS, *(name for name in found if not name.isdigit())}


def test_the_list_is_short_and_names_nothing_twice() -> None:
    assert len(allowed()) <= 110
    assert len(set(lockdown.ALLOWED_SYSCALLS)) == len(lockdown.ALLOWED_SYSCALLS)
    assert not allowed() & set(lockdown.FORBIDDEN_SYSCALLS)


def test_no_call_tells_which_pages_of_a_file_are_in_memory() -> None:
    assert not allowed() & {"mincore", "preadv2", "cachestat", "fadvise64", "readahead"}


def test_security_says_how_many_there_are() -> None:
    text = (PROJECT / "SECURITY.md").read_text(encoding="utf-8")
    assert f"an allow-list of {len(allowed())} system calls" in text
