"""Every statement about groups as such; who is in them is in `store_members`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.groups.model import GroupHead
from banyan.kit.database import Reader, Writer

__all__ = [
    "Invitation",
    "add_group",
    "change_group",
    "groups_of_course",
    "groups_page",
    "head",
    "heads",
    "invitation",
    "purge",
    "set_invitation",
]

_HEAD = """
    select g.id, g.school_id, g.course_id, g.class_id, c.name as class_name, g.name, g.description, g.admission,
           g.places, g.state, g.invitation_expires_at as invited_until, g.version
      from study_group g
      join class c on c.id = g.class_id
"""


class Invitation(msgspec.Struct, frozen=True):
    """What is stored of the link into a group."""

    hash: bytes
    expires_at: datetime


async def head(db: Reader, group_id: UUID) -> GroupHead:
    """What decides about a group."""
    return await db.one(GroupHead, f"{_HEAD} where g.id = $1", group_id)


async def heads(db: Reader, group_ids: Sequence[UUID]) -> dict[UUID, GroupHead]:
    """What decides about these groups, by their ids."""
    found = await db.all(GroupHead, f"{_HEAD} where g.id = any($1::uuid[])", group_ids)
    return {group.id: group for group in found}


async def groups_page(
    db: Reader, class_id: UUID, account_id: UUID, after: UUID | None, limit: int, *, everything: bool
) -> list[GroupHead]:
    """The groups of a class, the oldest first: those that someone in the class finds, or `everything`."""
    return await db.all(
        GroupHead,
        f"""
        {_HEAD}
          left join group_membership m on m.account_id = $2 and m.group_id = g.id
         where g.class_id = $1 and g.id > $4 and ($3 or g.admission <> 'invitation' or m.group_id is not null)
         order by g.id
         limit $5
        """,
        class_id,
        account_id,
        everything,
        after or UUID(int=0),
        limit,
    )


async def add_group(tx: Writer, group: GroupHead) -> None:
    """A new group in which nobody is."""
    await tx.execute(
        """
        insert into study_group (id, school_id, course_id, class_id, name, description, admission, places)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        group.id,
        group.school_id,
        group.course_id,
        group.class_id,
        group.name,
        group.description,
        group.admission,
        group.places,
    )
    await tx.execute("insert into group_places (group_id) values ($1)", group.id)


async def change_group(tx: Writer, group: GroupHead) -> None:
    """Store a group as it is in `group`, its version too."""
    await tx.execute(
        """
        update study_group
           set name = $2, description = $3, admission = $4, places = $5, state = $6, version = $7
         where id = $1
        """,
        group.id,
        group.name,
        group.description,
        group.admission,
        group.places,
        group.state,
        group.version,
    )


async def invitation(db: Reader, group_id: UUID) -> Invitation | None:
    """What is stored of the link into a group, also of one that has expired."""
    return await db.maybe(
        Invitation,
        """
        select invitation_hash as hash, invitation_expires_at as expires_at
          from study_group where id = $1 and invitation_hash is not null
        """,
        group_id,
    )


async def set_invitation(tx: Writer, group_id: UUID, invitation: Invitation | None) -> None:
    """From now on this is the link into a group, or there is none."""
    await tx.execute(
        "update study_group set invitation_hash = $2, invitation_expires_at = $3 where id = $1",
        group_id,
        invitation.hash if invitation else None,
        invitation.expires_at if invitation else None,
    )


async def groups_of_course(db: Reader, course_id: UUID) -> list[UUID]:
    """All groups of a course."""
    return await db.all(UUID, "select id from study_group where course_id = $1 order by id", course_id)


async def purge(tx: Writer, group_ids: Sequence[UUID]) -> None:
    """Delete groups with all that they hold; who is in them must have gone before."""
    await tx.execute("delete from study_group where id = any($1::uuid[])", group_ids)
