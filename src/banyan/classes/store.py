"""Every statement about classes. Whom staff choose is kept from both sides, in one transaction."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan.classes.model import ClassHead, ClassRow, MemberRow
from banyan.kit.database import Reader, Writer

__all__ = [
    "add_class",
    "add_members",
    "change_class",
    "classes_page",
    "forget_course",
    "forget_learner",
    "head",
    "hold_member",
    "is_member",
    "lock_class",
    "member_counts",
    "members_page",
    "remove_member",
    "rename",
]

_HEAD = "c.id, c.school_id, c.course_id, c.name, c.description, c.admission, c.groups_by, c.state, c.version"


class Count(msgspec.Struct, frozen=True):
    """How many there are in a class."""

    class_id: UUID
    members: int


async def head(db: Reader, class_id: UUID) -> ClassHead:
    """What decides about a class."""
    return await db.one(ClassHead, f"select {_HEAD} from class c where c.id = $1", class_id)


async def lock_class(tx: Writer, class_id: UUID) -> ClassHead:
    """What decides about a class, which nobody else changes before the commit."""
    return await tx.one(ClassHead, f"select {_HEAD} from class c where c.id = $1 for no key update", class_id)


async def add_class(tx: Writer, class_: ClassHead) -> None:
    """A new class."""
    await tx.execute(
        """
        insert into class (id, school_id, course_id, name, description, admission, groups_by)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        class_.id,
        class_.school_id,
        class_.course_id,
        class_.name,
        class_.description,
        class_.admission,
        class_.groups_by,
    )


async def change_class(tx: Writer, class_: ClassHead) -> None:
    """Store a class as it is in `class_`, its version too."""
    await tx.execute(
        """
        update class
           set name = $2, description = $3, admission = $4, groups_by = $5, state = $6, version = $7
         where id = $1
        """,
        class_.id,
        class_.name,
        class_.description,
        class_.admission,
        class_.groups_by,
        class_.state,
        class_.version,
    )


async def classes_page(
    db: Reader, course_id: UUID, account_id: UUID, after: UUID | None, limit: int, *, enrolled: bool, everything: bool
) -> list[ClassRow]:
    """The classes of a course, the oldest first: those that someone is in, or `everything`."""
    return await db.all(
        ClassRow,
        f"""
        select {_HEAD}, c.mine
          from (select k.*, case k.admission when 'course' then $3 else m.account_id is not null end as mine
                  from class k
                  left join class_membership m on m.account_id = $2 and m.class_id = k.id
                 where k.course_id = $1 and k.id > $5) c
         where c.mine or $4
         order by c.id
         limit $6
        """,
        course_id,
        account_id,
        enrolled,
        everything,
        after or UUID(int=0),
        limit,
    )


async def member_counts(db: Reader, class_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many are in these classes, of those in which anybody is."""
    rows = await db.all(
        Count,
        """
        select class_id, count(*)::integer as members from class_member
         where class_id = any($1::uuid[]) group by class_id
        """,
        class_ids,
    )
    return {row.class_id: row.members for row in rows}


async def is_member(db: Reader, class_id: UUID, account_id: UUID) -> bool:
    """Whether staff have chosen someone for a class."""
    found = await db.maybe(
        int, "select 1 as found from class_membership where account_id = $2 and class_id = $1", class_id, account_id
    )
    return found is not None


async def hold_member(tx: Writer, class_id: UUID, account_id: UUID) -> bool:
    """Whether staff have chosen someone for a class; nobody takes them out before the commit."""
    found = await tx.maybe(
        int,
        "select 1 as found from class_member where class_id = $1 and account_id = $2 for share",
        class_id,
        account_id,
    )
    return found is not None


async def members_page(
    db: Reader, class_id: UUID, query: str, after: tuple[str, UUID] | None, limit: int
) -> list[MemberRow]:
    """Who is in a class by name, those after the given name and id; with a query, whose name has it."""
    return await db.all(
        MemberRow,
        """
        select account_id, name, joined_at from class_member
         where class_id = $1
           and (name, account_id) > ($3, $4)
           and strpos(lower(name), lower($2)) > 0
         order by name, account_id
         limit $5
        """,
        class_id,
        query,
        *(after or ("", UUID(int=0))),
        limit,
    )


async def add_members(tx: Writer, class_id: UUID, accounts: Sequence[UUID], names: Sequence[str]) -> list[UUID]:
    """Put people into a class, under both keys; those who were not in it before."""
    added = await tx.all(
        UUID,
        """
        insert into class_member (class_id, account_id, name)
        select $1, account_id, name from unnest($2::uuid[], $3::text[]) as new (account_id, name)
            on conflict do nothing
        returning account_id
        """,
        class_id,
        accounts,
        names,
    )
    await tx.execute(
        """
        insert into class_membership (account_id, class_id) select account_id, $1 from unnest($2::uuid[]) account_id
            on conflict do nothing
        """,
        class_id,
        added,
    )
    return added


async def remove_member(tx: Writer, class_id: UUID, account_id: UUID) -> str | None:
    """Take someone out of a class, under both keys; what they are called, None if they were not in it."""
    removed = await tx.maybe(
        str, "delete from class_member where class_id = $1 and account_id = $2 returning name", class_id, account_id
    )
    await tx.execute("delete from class_membership where account_id = $2 and class_id = $1", class_id, account_id)
    return removed


async def rename(tx: Writer, account_id: UUID, name: str) -> None:
    """Bring a new name to the classes that someone is in."""
    await tx.execute(
        """
        update class_member set name = $2
         where account_id = $1 and class_id in (select class_id from class_membership where account_id = $1)
        """,
        account_id,
        name,
    )


async def forget_learner(tx: Writer, course_id: UUID, account_id: UUID) -> None:
    """Take someone out of all classes of a course, under both keys."""
    left = await tx.all(
        UUID,
        """
        delete from class_membership
         where account_id = $1 and class_id in (select id from class where course_id = $2)
        returning class_id
        """,
        account_id,
        course_id,
    )
    await tx.execute("delete from class_member where class_id = any($2::uuid[]) and account_id = $1", account_id, left)


async def forget_course(tx: Writer, course_id: UUID) -> None:
    """Delete the classes of a course that goes for good, and who was in them."""
    await tx.execute(
        """
        with gone as (
            delete from class_member where class_id in (select id from class where course_id = $1)
            returning account_id, class_id
        )
        delete from class_membership m using gone
         where m.account_id = gone.account_id and m.class_id = gone.class_id
        """,
        course_id,
    )
    await tx.execute("delete from class where course_id = $1", course_id)
