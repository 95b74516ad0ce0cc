"""A table of notes, for tests of reading and writing."""

from banyan.kit.database import Database

__all__ = ["notes", "write"]


async def write(db: Database, number: int, text: str = "x") -> None:
    async with db.write() as tx:
        await tx.execute("insert into note (id, text) values ($1, $2)", number, text)


async def notes(db: Database) -> list[int]:
    return await db.read().all(int, "select id from note order by id")
