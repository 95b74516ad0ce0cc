"""The shortcuts past the framework and the framework's own routes answer the same, whatever is sent."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from banyan import app
from banyan.app import Banyan
from banyan.kit.shortcuts import Shortcuts
from tests.assessments.scene import Desk
from tests.attempts.scene import Exam, Sitting
from tests.kit.asgi import Answer, ask

ANYWHERE = str(uuid4())
BODIES = {
    "good": b'{"response": true, "number": 1}',
    "none": b"",
    "null": b"null",
    "a list": b"[]",
    "empty": b"{}",
    "no number": b'{"response": true}',
    "no response": b'{"number": 1}',
    "another field": b'{"response": true, "number": 1, "score": 9}',
    "a number as text": b'{"response": true, "number": "1"}',
    "a number below": b'{"response": true, "number": -1}',
    "a number above": b'{"response": true, "number": 99999999999999999999999}',
    "another shape": b'{"response": ["true"], "number": 1}',
    "a flag as text": b'{"response": true, "number": 1, "flagged": "yes"}',
    "cut off": b'{"response": true, "num',
    "no JSON": b"response=true",
    "no UTF-8": b'{"response": "\xff", "number": 1}',
    "a lone surrogate": b'{"response": "\\ud800", "number": 1}',
    "a NUL": b'{"response": "a\\u0000b", "number": 1}',
    "deep": b'{"number": 1, "response": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "large": b'{"number": 1, "response": "' + b"x" * (1 << 20) + b'"}',
}
HEADERS: dict[str, dict[str, str]] = {
    "plain": {},
    "another type": {"content_type": "text/plain"},
    "announced": {"content_length": "2000000"},
    "another site's": {"sec_fetch_site": "cross-site"},
    "another origin's": {"origin": "http://evil.example"},
    "no school's": {"host": "elsewhere.example"},
}


@pytest.fixture
async def sitting(desk: Desk) -> Sitting:
    """Someone with a running attempt at a test of one statement; there may be as many as one likes."""
    return await (await Exam.set_up(desk, "true_false", attempts=None)).sit()


def told(answer: Answer) -> dict[str, Any]:
    """All of an answer but what is of the moment."""
    body = msgspec.json.decode(answer.body) if answer.body else None
    parts = [body, body.get("current"), body.get("attempt")] if isinstance(body, dict) else []
    for part in parts:
        if isinstance(part, dict):
            for name in ("request_id", "now", "saved_at"):
                part.pop(name, None)
    skipped = {"x-request-id", "content-length"}
    headers = {name: value for name, value in answer.headers.items() if name not in skipped}
    return {"status": answer.status, "headers": headers, "body": body}


class Both:
    """Asks both ways."""

    def __init__(self, banyan: Banyan, sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
        self._banyan = banyan
        self._sitting = sitting
        self._patch = monkeypatch

    async def ask(self, method: str, path: str, body: bytes = b"", *, anyone: bool = True, **headers: str) -> Answer:
        """The answer, which is the same both ways; the framework is asked first, and again at the end."""
        by_cookie = {"cookie": f"banyan_session={self._sitting.person.token}"}
        sent = {"host": "demo.school", **(by_cookie if anyone else {}), **headers}
        ways = []
        for shortcuts in (Shortcuts([]), _counting, Shortcuts([])):
            self._patch.setattr(app, "_SHORTCUTS", shortcuts)
            _taken.clear()
            ways.append(await ask(self._banyan, f"/api/v1{path}", method, body, **sent))
            assert bool(_taken) is (shortcuts is _counting), "the shortcut is taken, and only then"
        assert told(ways[1]) == told(ways[0]) == told(ways[2])
        return ways[1]


_taken: list[str] = []


class _Counting(Shortcuts):
    def find(self, scope: Any) -> Any:
        found = super().find(scope)
        if found:
            _taken.append(found[0].template)
        return found


_counting = _Counting([shortcut for domain in app.DOMAINS for shortcut in domain.shortcuts])


@pytest.fixture
def both(banyan: Banyan, sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> Both:
    return Both(banyan, sitting, monkeypatch)


async def test_saving_answers_the_same_to_every_body(both: Both, sitting: Sitting) -> None:
    path = f"{sitting.path}/answers/{sitting.questions[0]['id']}"
    statuses = {name: (await both.ask("PUT", path, body)).status for name, body in BODIES.items()}
    assert statuses.pop("good") == 200
    assert statuses.pop("large") == 413
    assert set(statuses.values()) == {400}, statuses


async def test_starting_answers_the_same_to_every_body(both: Both, sitting: Sitting) -> None:
    path = f"/tests/{(await sitting.read())['test']['id']}/attempts"
    statuses = {name: (await both.ask("POST", path, body)).status for name, body in BODIES.items()}
    assert statuses.pop("empty") == 200
    assert statuses.pop("large") in (400, 413)
    assert set(statuses.values()) == {400}, statuses
    assert (await both.ask("POST", path, b'{"access_code": "OAK"}')).status == 200


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
async def test_every_header_is_taken_the_same(both: Both, sitting: Sitting, headers: dict[str, str]) -> None:
    test = f"/tests/{(await sitting.read())['test']['id']}/attempts"
    for method, path, body in (
        ("PUT", f"{sitting.path}/answers/{sitting.questions[0]['id']}", BODIES["good"]),
        ("PUT", f"{sitting.path}/answers/{sitting.questions[0]['id']}", BODIES["no number"]),
        ("POST", test, b"{}"),
        ("GET", sitting.path, b""),
        ("GET", f"{sitting.path}/result", b""),
        ("POST", f"{sitting.path}/submission", b""),
        ("GET", f"{sitting.path}/result", b""),
    ):
        for anyone in (True, False):
            await both.ask(method, path, body, anyone=anyone, **headers)


async def test_what_is_not_there_and_what_is_closed_is_told_the_same(both: Both, sitting: Sitting) -> None:
    question = sitting.questions[0]["id"]
    good = BODIES["good"]
    for path in (f"/attempts/{ANYWHERE}/answers/{question}", f"{sitting.path}/answers/{ANYWHERE}"):
        assert (await both.ask("PUT", path, good)).status == 404
    assert (await both.ask("POST", f"/tests/{ANYWHERE}/attempts", b"{}")).status == 404
    assert (await both.ask("GET", f"/attempts/{ANYWHERE}")).status == 404
    assert (await both.ask("POST", f"/attempts/{ANYWHERE}/submission")).status == 404
    assert (await both.ask("GET", f"/attempts/{ANYWHERE}/result")).status == 404
    assert (await both.ask("GET", f"{sitting.path}/result")).status == 409
    assert (await both.ask("POST", f"{sitting.path}/submission")).status == 200
    assert (await both.ask("PUT", f"{sitting.path}/answers/{question}", good)).status == 409
    assert (await both.ask("GET", sitting.path)).status == 200
    assert (await both.ask("GET", f"{sitting.path}/result")).status == 200


async def test_what_a_shortcut_does_not_take_goes_the_long_way(
    banyan: Banyan, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_SHORTCUTS", _counting)
    test = (await sitting.read())["test"]["id"]
    await sitting.submit()
    _taken.clear()
    key = {"idempotency-key": "mine"}
    first = await sitting.person.client.post(f"/tests/{test}/attempts", json={}, headers=key)
    again = await sitting.person.client.post(f"/tests/{test}/attempts", json={}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", first.json())
    assert (await sitting.person.get(f"/attempts/{sitting.view['id'].upper()}")).status_code == 200
    assert (await sitting.person.get(f"{sitting.path}?x=1")).status_code == 200
    assert (await sitting.person.patch(sitting.path, {})).status_code == 405
    assert _taken == []


async def test_every_shortcut_belongs_to_a_route(banyan: Banyan) -> None:
    described = banyan.openapi()["paths"]
    for domain in app.DOMAINS:
        for shortcut in domain.shortcuts:
            assert shortcut.method.lower() in described[shortcut.template], shortcut.template
