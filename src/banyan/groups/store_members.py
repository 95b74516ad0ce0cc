"""Every statement about who is in a group, kept from both sides. Whoever changes anything here holds its places."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.groups.model import GroupHead, MemberRow, MembershipRow, MemberState, Role
from banyan.kit.database import Reader, Writer

__all__ = [
    "Tally",
    "end",
    "forget",
    "groups_among",
    "heirs",
    "lock_places",
    "member",
    "members_by_key",
    "members_page",
    "memberships_of",
    "moderators",
    "mute",
    "owners",
    "put",
    "rename",
    "rows_of",
    "set_roles",
    "tallies",
]

_ROW = "m.group_id, m.account_id, m.name, m.role, m.state, m.muted_until, m.joined_at"


class Tally(msgspec.Struct, frozen=True):
    """How many are in a group, and how one account stands in it, if it ever wanted to be in it."""

    group_id: UUID
    taken: int
    role: Role | None
    state: MemberState | None
    muted_until: datetime | None


async def lock_places(tx: Writer, group_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many places of these groups are taken; nobody else comes or goes, or changes them, before the commit.

    In one order for everyone: two who lock the same groups must not wait for each other.
    """
    taken: dict[UUID, int] = {}
    for lot in tx.lots(sorted(group_ids)):
        rows = await tx.all(
            Tally,
            """
            select group_id, taken, null as role, null as state, null::timestamptz as muted_until from group_places
             where group_id = any($1::uuid[]) order by group_id for update
            """,
            lot,
        )
        taken |= {row.group_id: row.taken for row in rows}
    return taken


async def tallies(db: Reader, account_id: UUID, group_ids: Sequence[UUID]) -> dict[UUID, Tally]:
    """How many are in these groups, and how one account stands in each."""
    rows = await db.all(
        Tally,
        """
        select p.group_id, p.taken, m.role, m.state, m.muted_until
          from group_places p
          left join group_member m on m.group_id = p.group_id and m.account_id = $1
         where p.group_id = any($2::uuid[])
        """,
        account_id,
        group_ids,
    )
    return {row.group_id: row for row in rows}


async def member(db: Reader, group_id: UUID, account_id: UUID) -> MemberRow | None:
    """Someone in a group, or who wants to be, or was."""
    return await db.maybe(
        MemberRow,
        f"select {_ROW} from group_member m where m.group_id = $1 and m.account_id = $2",
        group_id,
        account_id,
    )


async def members_by_key(db: Reader, keys: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], MemberRow]:
    """The rows of these accounts in these groups, by (group, account)."""
    rows = await db.all(
        MemberRow,
        f"""
        select {_ROW}
          from unnest($1::uuid[], $2::uuid[]) as wanted (group_id, account_id)
          join group_member m on m.group_id = wanted.group_id and m.account_id = wanted.account_id
         /* sharded: where m.group_id = any($1) */
        """,
        [group_id for group_id, _ in keys],
        [account_id for _, account_id in keys],
    )
    return {(row.group_id, row.account_id): row for row in rows}


async def members_page(
    db: Reader, group_id: UUID, state: MemberState, query: str, after: tuple[str, UUID] | None, limit: int
) -> list[MemberRow]:
    """Who is in a group by name, those after the given name and id; with a query, whose name has it."""
    return await db.all(
        MemberRow,
        f"""
        select {_ROW} from group_member m
         where m.group_id = $1 and m.state = $2
           and (m.name, m.account_id) > ($4, $5)
           and strpos(lower(m.name), lower($3)) > 0
         order by m.name, m.account_id
         limit $6
        """,
        group_id,
        state,
        query,
        *(after or ("", UUID(int=0))),
        limit,
    )


async def moderators(db: Reader, group_id: UUID) -> list[UUID]:
    """The owners and moderators of a group."""
    return await db.all(
        UUID,
        """
        select account_id from group_member
         where group_id = $1 and state = 'active' and role in ('owner', 'moderator') order by account_id
        """,
        group_id,
    )


async def owners(db: Reader, group_id: UUID) -> list[UUID]:
    """The owners of a group."""
    return await db.all(
        UUID,
        "select account_id from group_member where group_id = $1 and state = 'active' and role = 'owner'",
        group_id,
    )


async def memberships_of(db: Reader, account_id: UUID) -> list[MembershipRow]:
    """The groups that someone is in, or wants to be in."""
    return await db.all(
        MembershipRow,
        "select group_id, course_id, state, read_seq from group_membership where account_id = $1 order by group_id",
        account_id,
    )


async def put(
    tx: Writer,
    group: GroupHead,
    person: Person,
    role: Role,
    state: Literal["active", "requested"],
    *,
    read_seq: int = 0,
) -> MemberRow:
    """Let someone be in a group, or want to, under both keys; whoever comes anew is in it from now on.

    A mute stays: nobody gets rid of it by going and coming back.
    """
    row = await tx.one(
        MemberRow,
        f"""
        insert into group_member as m (group_id, account_id, name, role, state)
        values ($1, $2, $3, $4, $5)
            on conflict (group_id, account_id) do update
           set name = excluded.name, role = excluded.role, state = excluded.state, joined_at = excluded.joined_at
        returning {_ROW}
        """,
        group.id,
        person.id,
        person.name,
        role,
        state,
    )
    await tx.execute(
        """
        insert into group_membership (account_id, group_id, course_id, state, read_seq) values ($1, $2, $3, $4, $5)
            on conflict (account_id, group_id) do update set state = excluded.state, read_seq = excluded.read_seq
        """,
        person.id,
        group.id,
        group.course_id,
        state,
        read_seq,
    )
    if state == "active":
        await tx.execute("update group_places set taken = taken + 1 where group_id = $1", group.id)
    return row


async def groups_among(
    db: Reader, account_id: UUID, *, course_id: UUID | None = None, class_id: UUID | None = None
) -> list[UUID]:
    """The groups that someone is or wants to be in: all, those of a course, or those of a class."""
    return await db.all(
        UUID,
        """
        select m.group_id
          from group_membership m
          join study_group g on g.id = m.group_id
         where m.account_id = $1 and (m.course_id = $2 or $2 is null) and (g.class_id = $3 or $3 is null)
         order by m.group_id
        """,
        account_id,
        course_id,
        class_id,
    )


async def rows_of(tx: Writer, account_id: UUID, group_ids: Sequence[UUID]) -> list[MemberRow]:
    """Someone in these groups, as far as they are or want to be in them."""
    return await tx.all(
        MemberRow,
        f"""
        select {_ROW} from group_member m
         where m.group_id = any($2::uuid[]) and m.account_id = $1 and m.state in ('active', 'requested')
         order by m.group_id
        """,
        account_id,
        group_ids,
    )


async def end(tx: Writer, rows: Sequence[MemberRow], account_id: UUID, state: MemberState) -> None:
    """One account is no longer in these groups, under both keys."""
    ended = [row.group_id for row in rows]
    await tx.execute(
        "update group_member set state = $3, role = 'member' where group_id = any($2::uuid[]) and account_id = $1",
        account_id,
        ended,
        state,
    )
    await tx.execute(
        "delete from group_membership where account_id = $1 and group_id = any($2::uuid[])", account_id, ended
    )
    await tx.execute(
        "update group_places set taken = taken - 1 where group_id = any($1::uuid[])",
        [row.group_id for row in rows if row.state == "active"],
    )


async def heirs(tx: Writer, group_ids: Sequence[UUID]) -> list[MemberRow]:
    """For each of these groups that has members but no owner, its longest-standing moderator, else member."""
    return await tx.all(
        MemberRow,
        f"""
        select distinct on (m.group_id) {_ROW}
          from group_member m
         where m.group_id = any($1::uuid[]) and m.state = 'active'
           and not exists (select from group_member o
                            where o.group_id = m.group_id and o.state = 'active' and o.role = 'owner')
         order by m.group_id, m.role <> 'moderator', m.joined_at, m.account_id
        """,
        group_ids,
    )


async def set_roles(tx: Writer, keys: Sequence[tuple[UUID, UUID]], role: Role) -> list[MemberRow]:
    """Give these accounts a role in these groups."""
    return await tx.all(
        MemberRow,
        f"""
        update group_member m set role = $3
          from unnest($1::uuid[], $2::uuid[]) as wanted (group_id, account_id)
         where m.group_id = wanted.group_id and m.account_id = wanted.account_id
               /* sharded: and m.group_id = any($1) */
        returning {_ROW}
        """,
        [group_id for group_id, _ in keys],
        [account_id for _, account_id in keys],
        role,
    )


async def mute(tx: Writer, group_id: UUID, account_id: UUID, until: datetime | None) -> MemberRow:
    """Let someone not write in a group until then."""
    return await tx.one(
        MemberRow,
        f"""
        update group_member m set muted_until = $3 where m.group_id = $1 and m.account_id = $2 returning {_ROW}
        """,
        group_id,
        account_id,
        until,
    )


async def rename(tx: Writer, account_id: UUID, name: str, group_ids: Sequence[UUID]) -> list[MemberRow]:
    """Bring a new name to groups that someone is in; their rows as they are now."""
    return await tx.all(
        MemberRow,
        f"""
        update group_member m set name = $2
         where m.group_id = any($3::uuid[]) and m.account_id = $1
        returning {_ROW}
        """,
        account_id,
        name,
        group_ids,
    )


async def forget(tx: Writer, group_ids: Sequence[UUID]) -> None:
    """Take everyone out of groups that go for good, under both keys."""
    await tx.execute(
        """
        with gone as (
            delete from group_member where group_id = any($1::uuid[]) returning account_id, group_id
        )
        delete from group_membership m using gone
         where m.account_id = gone.account_id and m.group_id = gone.group_id
        """,
        group_ids,
    )
