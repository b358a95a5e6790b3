"""Who may talk to the desk, and what its pages may do."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterator

import desks
import pytest
from desks import Served, question
from small_course import NAME

from autograder.course import Course
from autograder.desk.web.guard import POLICY


@pytest.fixture
def served(class_course: Course) -> Iterator[Served]:
    with desks.served(class_course) as found:
        yield found


def test_nothing_is_shown_without_the_token(served: Served) -> None:
    stranger = desks.Visitor(served.port)
    for path in ("/", "/you", f"/written/{NAME}/why", "/doubts", "/enter", "/enter?token=guess"):
        status, text = stranger.ask("GET", path)
        assert (status, "student" in text, served.access.token in text) == (403, False, False)
    assert stranger.ask("POST", f"/written/{NAME}/why/blank")[0] == 403
    assert stranger.ask("GET", "/", Cookie="desk=guess; a=b")[0] == 403


def test_the_token_opens_the_door_once_into_a_cookie_that_scripts_cannot_read(served: Served) -> None:
    visitor = desks.Visitor(served.port)
    status, _ = visitor.ask("GET", f"/enter?token={served.access.token}")
    assert (status, visitor.said["location"]) == (303, "/")
    assert "HttpOnly" in visitor.said["set-cookie"]
    assert "samesite=lax" in visitor.said["set-cookie"].lower()
    assert served.access.token not in visitor.said["set-cookie"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "", "localhost.:1"]
)
def test_a_foreign_host_is_refused(served: Served, host: str) -> None:
    ada = served.visitor()
    status, text = ada.ask("GET", "/", Host=host.format(port=served.port))
    assert (status, "Desk" in text) == (421, False)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
def test_a_page_of_another_site_can_post_nothing(served: Served, origin: str) -> None:
    ada = served.visitor()
    body = {"name": "mallory"}
    assert ada.ask("POST", "/you", body, Origin=origin.format(port=served.port))[0] == 403
    assert {session.name for session in served.access.sessions.values()} == {"ada"}


def test_a_post_without_an_origin_is_refused(served: Served) -> None:
    ada = served.visitor()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request("POST", f"/written/{NAME}/why/blank", b"", ada.headers)
    assert connection.getresponse().status == 403
    connection.close()


def test_every_answer_carries_the_policy_and_is_kept_nowhere(served: Served) -> None:
    ada = served.visitor()
    for path in ("/", "/desk.css", "/desk.js", f"/written/{NAME}/why", "/nowhere", f"/code/{NAME}/double"):
        ada.ask("GET", path)
        assert ada.said["content-security-policy"] == POLICY
        assert ada.said["cache-control"] == "no-store"
        assert ada.said["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY


def test_too_much_at_once_and_odd_forms_are_refused_in_peace(served: Served) -> None:
    ada = served.visitor()
    here = f"/written/{NAME}/why"
    assert ada.ask("POST", "/you", {"name": "x" * 2_000_000})[0] == 413
    for body in (
        {"part": "x", "of": "0", "name": "ada"},
        {"part": "9" * 400, "name": "ada"},
        {"name": "\x00\ud800"[:1]},
    ):
        assert ada.ask("POST", "/you", body)[0] == 303
    names = served.desk.names
    first = f"{here}/{names.hidden('student-003')}"
    for body in (
        {},
        {"token": "x", "adjustment": "much"},
        {"adjustment": "nan"},
        {"adjustment": "1e400"},
        {"item": ["a"] * 50},
    ):
        assert ada.ask("POST", first, body)[0] == 409
    assert ada.ask("POST", f"{here}/rubric", {"text": "a", "points": "x", "id": ""})[0] == 409
    assert served.desk.written.state(question(served.course)).answers == {}


def test_the_token_is_in_no_log(
    served: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        served.visitor()
        desks.Visitor(served.port).ask("GET", f"/enter?token={served.access.token}&x=%00")
        desks.Visitor(served.port).ask("GET", f"/nowhere?token={served.access.token}")
    out, err = capfd.readouterr()
    assert served.access.token not in caplog.text + out + err


def test_names_are_hidden_unless_they_are_asked_for(served: Served) -> None:
    ada = served.visitor()
    here = f"/written/{NAME}/why/{served.desk.names.hidden('student-003')}"
    assert "student-003" not in ada.ask("GET", here)[1]
    ada.ask("POST", "/you", {"name": "ada", "names": "1"})
    assert "student-003" in ada.ask("GET", here)[1]


def test_two_people_of_one_name_are_told_apart_at_one_desk_and_at_another(served: Served) -> None:
    served.visitor("ada")
    with desks.served(served.course) as beside:
        for there in (served, beside):
            other = desks.Visitor(there.port)
            other.ask("GET", f"/enter?token={there.access.token}")
            other.headers["Cookie"] = other.said["set-cookie"].split(";")[0]
            status, text = other.ask("POST", "/you", {"name": "ada"})
            assert (status, "ada has graded here before" in text) == (409, True)
            assert other.ask("POST", "/you", {"name": "ada", "again": "bob"})[0] == 409
            assert other.ask("GET", "/")[0] == 303, "nobody sits there yet"
            assert other.ask("POST", "/you", {"name": "ada", "again": "ada"})[0] == 303
            assert other.ask("POST", "/you", {"name": "ada", "names": "1"})[0] == 303, "it is theirs now"
            assert other.ask("GET", "/")[0] == 200


def test_work_can_be_split_without_gap_or_overlap(served: Served) -> None:
    groups = served.desk.written.groups(question(served.course), "ada")
    parts = []
    for part in ("1", "2"):
        ada = served.visitor()
        ada.ask("POST", "/you", {"name": "ada", "part": part, "of": "2"})
        pages = {served.desk.names.hidden(g.answers[0].answer.student): g for g in groups}
        seen = {each for each in pages if ada.ask("GET", f"/written/{NAME}/why/{each}")[0] == 200}
        parts.append(seen)
    assert parts[0] | parts[1] == {served.desk.names.hidden(g.answers[0].answer.student) for g in groups}
    assert not parts[0] & parts[1]
