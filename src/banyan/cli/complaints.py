"""What a command says when the system or the database refuses it: what is wrong, and what to do."""

import asyncpg

__all__ = ["explain"]

_OF_ANOTHER_SHAPE = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.UndefinedFunctionError)


def explain(error: OSError | asyncpg.PostgresError) -> str:
    """One sentence that says it, and one what to do, where that is known."""
    told = str(error).rstrip(".")
    match error:
        case OSError() if error.filename:
            return f"{error.filename}: {error.strerror}."
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
