"""A kit with nothing in it but a database."""

from typing import Any, cast

from banyan.kit.database import Database
from banyan.kit.toolbox import Kit
from banyan.settings import load


def bare_kit(db: Database) -> Kit:
    """For jobs that need no more than this."""
    nothing = cast("Any", None)
    return Kit(db=db, cache=nothing, storage=nothing, mailer=nothing, limiter=nothing, rooms=nothing, settings=load({}))
