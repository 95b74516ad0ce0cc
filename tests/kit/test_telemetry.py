"""One event a line, with the request's id, and never a secret."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from banyan.kit import request
from banyan.kit.telemetry import set_up_logs

SECRET = "s3cr3t-0f-0urs"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("banyan")
    before = (root.handlers[:], root.level, ours.level)
    configured = structlog.get_config()
    yield
    root.handlers[:], root.level, level = before
    ours.setLevel(level)
    structlog.configure(**configured)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    set_up_logs("info", as_json=True, stream=stream)
    return stream


def test_an_event_is_a_line_with_its_time_level_and_request(stream: io.StringIO) -> None:
    token = request.request_id.set("req-12345678")
    structlog.get_logger("banyan.x").info("happened", count=3)
    request.request_id.reset(token)
    [entry] = lines(stream)
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {"event": "happened", "level": "info", "count": 3, "request_id": "req-12345678"}


def test_what_is_below_the_level_is_not_written(stream: io.StringIO) -> None:
    structlog.get_logger("banyan.x").debug("quiet")
    logging.getLogger("a.library").info("quiet")
    logging.getLogger("a.library").warning("loud %s", "and clear")
    assert [entry["event"] for entry in lines(stream)] == ["loud and clear"]


@pytest.mark.parametrize(
    "event",
    [
        {"password": SECRET},
        {"new_password": SECRET},
        {"session_token": SECRET},
        {"Set-Cookie": SECRET},
        {"Authorization": SECRET},
        {"headers": {"cookie": SECRET, "accept": "x"}},
        {"items": [{"deep": {"api_key": SECRET}}]},
        {"url": f"postgresql://banyan:{SECRET}@db.example/banyan"},
        {"error": f"cannot reach redis://:{SECRET}@cache:6379/0 now"},
        {"address": f"https://banyan.example/verify?token={SECRET}"},
        {"path": f"/reset?code={SECRET}"},
        {"text": f"GET /verify?{SECRET} HTTP/1.1"},
        {"text": f"sent Authorization: Bearer {SECRET}"},
        {"text": f"Set-Cookie: banyan_session={SECRET}; HttpOnly"},
        {"text": f"body was {{'password': '{SECRET}'}}"},
        {"text": f'{{"token": "{SECRET}"}}'},
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_secrets_are_not_written(event: dict[str, Any], *, as_json: bool) -> None:
    stream = io.StringIO()
    set_up_logs("info", as_json=as_json, stream=stream)
    structlog.get_logger("banyan.x").warning("event", **event)
    logging.getLogger("a.library").warning("%s", event)
    assert "event" in stream.getvalue()
    assert SECRET not in stream.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_is_written_without_the_values_around_it(*, as_json: bool) -> None:
    stream = io.StringIO()
    set_up_logs("info", as_json=as_json, stream=stream)
    password = SECRET
    try:
        raise ValueError(f"cannot use token={password}")
    except ValueError:
        structlog.get_logger("banyan.x").exception("failed")
        logging.getLogger("a.library").exception("failed too")
    text = stream.getvalue()
    assert text.count("ValueError") >= 2
    assert "test_telemetry.py" in text
    assert SECRET not in text


def test_what_is_no_secret_is_left_as_it_is(stream: io.StringIO) -> None:
    harmless = {
        "path": "/api/v1/courses",
        "count": 3,
        "text": "What? Two words: yes.",
        "at": "https://banyan.example/a",
    }
    structlog.get_logger("banyan.x").info("event", **harmless)
    [entry] = lines(stream)
    assert harmless.items() <= entry.items()
