"""The command line: `banyan up`, and everything else an operator types."""

import os
import signal
import sys

import asyncpg
from cyclopts import App

from banyan import __version__
from banyan.cli.complaints import explain
from banyan.kit.problems import Problem
from banyan.kit.trouble import Trouble
from banyan.settings import SettingsError

__all__ = ["main"]

app = App(name="banyan", version=__version__, help="Banyan, a learning platform that grows.", help_format="plaintext")
# Each is imported when it is asked for: all together take a second.
for name, about in {
    "up": "Set up and serve Banyan with a demo school.",
    "serve": "Serve an installation whose database is up to date.",
    "db": "The database: migrate, status, distribute.",
    "mode": "Pause what writes: read-only, normal, status.",
    "backup": "Backups: create, list, verify, restore, drill, ship, point.",
    "archive": "What is too old for the database: list, run, verify, read.",
    "doctor": "Look at this installation: what is wrong, why it matters, how to mend it.",
    "school": "Schools: create.",
    "course": "Courses: import, export.",
    "questions": "Banks of questions: import, export.",
    "account": "People: create.",
    "config": "Print every setting, secrets masked.",
    "openapi": "Print the OpenAPI document.",
}.items():
    app.command(f"banyan.cli.{name}:app", name=name, help=about)


def main() -> None:
    """Run one command; what goes wrong is one clear message and exit status 1."""
    # However it is told to end, it leaves no PostgreSQL behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        app(sys.argv[1:])
    except (SettingsError, Problem, Trouble) as error:
        sys.exit(f"banyan: {error}")
    except BrokenPipeError:  # whoever was reading has read enough, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        sys.exit(f"banyan: {explain(error)}")
    except KeyboardInterrupt:
        sys.exit(130)
