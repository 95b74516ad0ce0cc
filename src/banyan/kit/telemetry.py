"""Structured logs with the request's id, and Prometheus metrics."""

import logging
import platform
import re
import sys
from typing import Any, TextIO

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from banyan import __version__
from banyan.kit.request import request_id
from banyan.kit.shared_metrics import shared, told_together

__all__ = ["METRICS_TYPE", "REQUESTS", "REQUEST_SECONDS", "metrics", "set_up_logs"]

METRICS_TYPE = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call]  # when each began, which nobody asks and would be a third of all
REQUESTS = Counter("banyan_requests", "Requests, by route, method and status.", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "banyan_request_seconds",
    "Time from the first byte of a request to the last of its answer.",
    ["route"],
    # Among them the limits of ops/prometheus/rules.yml, and those that the seeds promise: 100 ms and 10 s.
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
_BUILD = Gauge("banyan_build_info", "1, with what runs.", ["version", "python"], multiprocess_mode="livemax")
_BUILD.labels(__version__, platform.python_version()).set(1)
_SECRET = ("password", "token", "secret", "cookie", "authorization", "api_key")
# In text: the password in a URL, the query of a URL, and what follows such a word.
_IN_TEXT = (
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@", re.IGNORECASE), r"\1:***@"),
    (re.compile(r"((?:https?://|/)[^\s?\"'<>]*\?)[^\s\"'<>]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"\b(bearer\s+)[^\s\"',;)}]+", re.IGNORECASE), r"\1***"),
    (re.compile(rf"([\w-]*(?:{'|'.join(_SECRET)}|banyan_session)[\w-]*[\"']?\s*[=:]\s*[\"']?)(?!bearer)[^\s\"',;)}}]+",
                re.IGNORECASE), r"\1***"),
)  # fmt: skip


def metrics() -> bytes:
    """Everything measured by this process and those that share its port, in Prometheus' text format."""
    folder = shared()
    return generate_latest() if folder is None else told_together(folder)


def set_up_logs(level: str = "info", *, as_json: bool = True, stream: TextIO | None = None) -> None:
    """Send all logs, those of libraries too, to `stream` (standard error unless told), one event a line."""
    stream = stream or sys.stderr
    plain = structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else plain
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
        structlog.processors.format_exc_info,
        _hide_secrets,  # last: it looks at everything that will be written
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("banyan").setLevel(level.upper())


def _add_request_id(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    current = request_id.get()
    if current:
        event["request_id"] = current
    return event


def _hide_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: _without_secrets(key, value) for key, value in event.items()}


def _without_secrets(key: str, value: Any) -> Any:
    if any(word in key.lower() for word in _SECRET):
        return "***"
    if isinstance(value, str):
        for pattern, instead in _IN_TEXT:
            value = pattern.sub(instead, value)
    elif isinstance(value, dict):
        return {inner: _without_secrets(str(inner), each) for inner, each in value.items()}
    elif isinstance(value, list | tuple):
        return [_without_secrets(key, each) for each in value]
    return value
