"""Every statement about schools."""

from uuid import UUID

import msgspec

from banyan.kit.database import Reader, Writer
from banyan.schools.model import ChangeSchool, School

__all__ = [
    "Door",
    "add_host",
    "add_school",
    "change_school",
    "door_of",
    "has_other_schools",
    "lock_school",
    "school",
    "school_named",
    "school_of_host",
]

_COLUMNS = "id, name, description, locale, time_zone, sign_up, catalogue, version"


class Door(msgspec.Struct, frozen=True):
    """Where a school is found: as the default one, or by a host name, if it has one."""

    is_default: bool
    host: str | None


async def school(db: Reader, school_id: UUID) -> School:
    """One school."""
    return await db.one(School, f"select {_COLUMNS} from school where id = $1", school_id)


async def school_named(db: Reader, slug: str) -> School | None:
    """The school with this short name."""
    return await db.maybe(School, f"select {_COLUMNS} from school where slug = $1", slug)


async def school_of_host(db: Reader, host: str) -> UUID | None:
    """The school that this host name belongs to, else the default one, which is the oldest."""
    return await db.one(
        UUID,
        """
        select coalesce((select school_id from school_host where host = $1),
                        (select id from school order by id limit 1)) as id
        """,
        host,
    )


async def door_of(db: Reader, school_id: UUID) -> Door:
    """Where this school is found."""
    return await db.one(
        Door,
        """
        select $1 = (select id from school order by id limit 1) as is_default,
               (select min(host) from school_host where school_id = $1) as host
        """,
        school_id,
    )


async def has_other_schools(db: Reader, slug: str) -> bool:
    """Whether there is a school with another short name."""
    return await db.one(bool, "select exists (select from school where slug <> $1) as found", slug)


async def add_school(tx: Writer, school_id: UUID, slug: str, name: str) -> School:
    """A new school."""
    return await tx.one(
        School, f"insert into school (id, slug, name) values ($1, $2, $3) returning {_COLUMNS}", school_id, slug, name
    )


async def add_host(tx: Writer, school_id: UUID, host: str) -> None:
    """Give a school a host name; a name that another school has moves."""
    await tx.execute(
        """
        insert into school_host (host, school_id) values ($1, $2)
            on conflict (host) do update set school_id = excluded.school_id
        """,
        host,
        school_id,
    )


async def lock_school(tx: Writer, school_id: UUID) -> School:
    """One school, kept from other changes until the commit."""
    return await tx.one(School, f"select {_COLUMNS} from school where id = $1 for update", school_id)


async def change_school(tx: Writer, school_id: UUID, change: ChangeSchool, current: School) -> School:
    """Store the changed fields and count the version up."""
    values = [
        getattr(change, name) if getattr(change, name) is not msgspec.UNSET else getattr(current, name)
        for name in ("name", "description", "locale", "time_zone", "sign_up", "catalogue")
    ]
    return await tx.one(
        School,
        f"""
        update school
           set name = $2, description = $3, locale = $4, time_zone = $5, sign_up = $6, catalogue = $7,
               version = version + 1
         where id = $1
        returning {_COLUMNS}
        """,
        school_id,
        *values,
    )
