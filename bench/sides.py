"""How each side of a comparison is started. All get the same database and are told nothing about the load."""

import os
import subprocess
import sys
from pathlib import Path

from bench.servers import ROOT, Side

__all__ = [
    "BANYAN",
    "BARE",
    "CHANNELS",
    "DJANGO",
    "DJANGO_ONE",
    "PROGRAM",
    "UNCACHED",
    "banyan",
    "bare",
    "channels",
    "django",
    "fill_channels",
    "fill_django",
]

BANYAN, UNCACHED = "Banyan", "Banyan, uncached"
BARE = "bare ASGI + asyncpg"
DJANGO_ONE = "Django + gunicorn, 1 worker"
DJANGO = "Django + gunicorn, as in the seeds"
CHANNELS = "Django Channels + uvicorn, Redis"
PROGRAM = str(Path(sys.executable).parent / "banyan")
_BASELINES_BIN = ROOT / ".venv-bench" / "bin"


def banyan(database_url: str, data: Path, *, remember: bool = True, role: str = "web") -> Side:
    """One process of Banyan with this role; without `remember`, each request as if it were the first."""
    command = [PROGRAM] if remember else [sys.executable, "-m", "bench.uncached"]
    return Side(
        BANYAN if remember else UNCACHED,
        [*command, "serve", "--role", role, "--port", "{port}", "--data", str(data)],
        {"BANYAN_DATABASE_URL": database_url},
    )


def bare(database_url: str) -> Side:
    """One process of the bare application, on the server that Banyan uses."""
    return Side(
        BARE,
        [sys.executable, "-m", "uvicorn", "--factory", "bench.baselines.bare.app:create", "--port", "{port}",
         "--loop", "uvloop", "--http", "httptools", "--ws", "none", "--no-access-log", "--log-level", "warning",
         "--backlog", "2048"],
        {"BARE_DATABASE_URL": database_url},
    )  # fmt: skip


def django(database_url: str, *, workers: int | None = None) -> Side:
    """The Django application with this many worker processes; unless told, as many as the seeds give it."""
    environment = {"DJANGO_DATABASE_URL": database_url}
    if workers is not None:
        environment["DJANGO_WORKERS"] = str(workers)
    return Side(
        DJANGO_ONE if workers == 1 else DJANGO,
        [str(_BASELINES_BIN / "gunicorn"), "--config", "bench/baselines/django_app/gunicorn_conf.py",
         "--bind", "127.0.0.1:{port}", "bench.baselines.django_app.wsgi"],
        environment,
    )  # fmt: skip


def channels(database_url: str, redis_url: str) -> Side:
    """One process of the Channels application, with the fastest of what uvicorn has, and no compression."""
    return Side(
        CHANNELS,
        [str(_BASELINES_BIN / "uvicorn"), "bench.baselines.channels_app.asgi:application", "--port", "{port}",
         "--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio", "--ws-per-message-deflate", "false",
         "--lifespan", "off", "--no-access-log", "--log-level", "warning", "--backlog", "2048"],
        {"DJANGO_DATABASE_URL": database_url, "CHANNELS_REDIS_URL": redis_url},
    )  # fmt: skip


def fill_django(database_url: str) -> None:
    """Make the Django application's own tables of what Banyan's hold.

    Raises:
        subprocess.CalledProcessError: it could not; its message is on standard error.
    """
    _fill("django_app", database_url)


def fill_channels(database_url: str) -> None:
    """Make the Channels application's own tables of the study groups that Banyan's hold.

    Raises:
        subprocess.CalledProcessError: it could not; its message is on standard error.
    """
    _fill("channels_app", database_url)


def _fill(baseline: str, database_url: str) -> None:
    subprocess.run(
        [str(_BASELINES_BIN / "python"), "-m", f"bench.baselines.{baseline}.fill"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_DATABASE_URL": database_url},
        check=True,
    )
