"""The command line: `banyan up`, and everything else an operator types."""

import os
import signal
import sys

import asyncpg
from cyclopts import App

from banyan import __version__
from banyan.backup import Trouble
from banyan.cli import account, archive, backup, config, course, db, doctor, mode, openapi, questions, school, serve, up
from banyan.cli.complaints import explain
from banyan.distribution import NotReady
from banyan.kit.embedded import NotReachable
from banyan.kit.problems import Problem
from banyan.settings import SettingsError

__all__ = ["main"]

app = App(name="banyan", version=__version__, help="Banyan, a learning platform that grows.", help_format="plaintext")
for part in (up, serve, db, mode, backup, archive, doctor, school, course, questions, account, config, openapi):
    app.command(part.app)


def main() -> None:
    """Run one command; what goes wrong is one clear message and exit status 1."""
    # However it is told to end, it leaves no PostgreSQL behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        app(sys.argv[1:])
    except (SettingsError, NotReachable, NotReady, Problem, Trouble) as error:
        sys.exit(f"banyan: {error}")
    except BrokenPipeError:  # whoever was reading has read enough, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except (OSError, asyncpg.PostgresError) as error:
        sys.exit(f"banyan: {explain(error)}")
    except KeyboardInterrupt:
        sys.exit(130)
