"""What a command says when the system or the database refuses it: what is wrong, and what to do."""

import errno

import asyncpg

__all__ = ["explain"]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_OF_ANOTHER_SHAPE = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.UndefinedFunctionError)


def explain(error: OSError | asyncpg.PostgresError | asyncpg.InterfaceError) -> str:
    """One sentence that says it, and one what to do, where that is known."""
    told = str(error).rstrip(".") or type(error).__name__
    match error:
        case OSError() if error.filename or error.errno in _NO_ROOM:
            return f"{error.filename or 'this machine'}: {error.strerror}."
        case OSError():
            return (
                f"the database does not answer: {told}. See whether PostgreSQL runs where BANYAN_DATABASE_URL says, "
                "and whether this machine may come there."
            )
        case asyncpg.InvalidCatalogNameError():
            return f"the database refuses: {told}. Make it (createdb), or name another in BANYAN_DATABASE_URL."
        case asyncpg.InvalidAuthorizationSpecificationError():  # a wrong password, too
            return (
                f"the database refuses: {told}. Look at the name and the password in BANYAN_DATABASE_URL, and at "
                "pg_hba.conf."
            )
        case _ if isinstance(error, _OF_ANOTHER_SHAPE):
            return f"the database is not as this Banyan knows it: {told}. Run `banyan db migrate` first."
        case _:
            return f"the database refuses: {told}."
