"""Every statement about the durable events of rooms. Each keeps to the rows of its rooms."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan.kit.database import Reader, Writer
from banyan.kit.growing import Growing
from banyan.kit.realtime.rooms import Head, LoggedEvent, NewEvent

__all__ = ["GROWING", "events_after", "head", "heads", "known", "lock", "open_room", "record", "remove", "rewrite"]

# What was said stays out of files: its author may take it back, from where the domain keeps it. Whoever asks for
# events that are not in the database any more fetches the room anew.
GROWING = Growing("room_event", "at", without=frozenset({"data"}))
_SILENCE = "5s"  # between two statements of a transaction that holds rooms; well below what a statement may wait


class KeyedEvent(msgspec.Struct, frozen=True):
    """An event by the key that its author gave it."""

    room_id: UUID
    author_id: UUID
    key: str
    seq: int


async def open_room(tx: Writer, room_id: UUID) -> None:
    """A room in which nothing has happened."""
    await tx.execute("insert into room (id) values ($1)", room_id)


async def head(db: Reader, room_id: UUID) -> Head:
    """How far a room is.

    Raises:
        NotFound: there is none.
    """
    return await db.one(Head, "select id, epoch, seq from room where id = $1", room_id)


async def heads(db: Reader, room_ids: Sequence[UUID]) -> list[Head]:
    """How far these rooms are; those that are no more are left out."""
    return await db.all(Head, "select id, epoch, seq from room where id = any($1::uuid[])", room_ids)


async def lock(tx: Writer, room_ids: Sequence[UUID]) -> dict[UUID, Head]:
    """How far these rooms are; until the commit nothing else happens in them.

    In one order for everyone: two who lock the same rooms must not wait for each other. Everyone in the rooms waits for
    who holds them, so a process that has stopped in the middle is waited for no longer than `_SILENCE`: then its
    transaction is gone, and its clients send again.
    """
    locked: list[Head] = []
    for lot in tx.lots(sorted(room_ids)):
        locked += await tx.all(
            Head,
            """
            select id, epoch, seq from room
             where id = any($1::uuid[]) and set_config('idle_in_transaction_session_timeout', $2, true) is not null
             order by id
               for update
            """,
            lot,
            _SILENCE,
        )
    return {head.id: head for head in locked}


async def known(tx: Writer, keys: Sequence[tuple[UUID, UUID, str]]) -> dict[tuple[UUID, UUID, str], int]:
    """The seqs of those events that are stored already, by room, author and key. Ask after `lock`."""
    found = await tx.all(
        KeyedEvent,
        """
        select e.room_id, e.author_id, e.key, e.seq
          from unnest($1::uuid[], $2::uuid[], $3::text[]) as n (room_id, author_id, key)
          join room_event e on e.room_id = n.room_id and e.author_id = n.author_id and e.key = n.key
         /* sharded: where e.room_id = any($1) */
        """,
        [room_id for room_id, _, _ in keys],
        [author_id for _, author_id, _ in keys],
        [key for _, _, key in keys],
    )
    return {(event.room_id, event.author_id, event.key): event.seq for event in found}


async def record(tx: Writer, events: Sequence[NewEvent], data: Sequence[bytes]) -> None:
    """Store events, whose `data` comes as JSON, in rooms that the caller has locked: one statement for any number."""
    await tx.execute(
        """
        with new as (
            insert into room_event (room_id, seq, type, data, author_id, key, about)
            select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[],
                                 $5::uuid[], $6::text[], $7::bigint[])
            returning room_id, seq
        )
        update room set seq = last.seq
          from (select room_id, max(seq) as seq from new group by room_id) last
         where room.id = last.room_id and room.id = any($1::uuid[])
        """,
        [event.room.id for event in events],
        [event.seq for event in events],
        [event.type for event in events],
        data,
        [event.author_id for event in events],
        [event.key for event in events],
        [event.about for event in events],
    )


async def events_after(db: Reader, room_id: UUID, after: int, limit: int) -> list[LoggedEvent]:
    """The events of a room after a seq, in order: a range of the primary key."""
    return await db.all(
        LoggedEvent,
        "select seq, type, data from room_event where room_id = $1 and seq > $2 order by seq limit $3",
        room_id,
        after,
        limit,
    )


async def rewrite(tx: Writer, room_id: UUID, seqs: Sequence[int], types: Sequence[str], data: Sequence[bytes]) -> None:
    """Let these events, and those of these types that are about them, say something else from now on.

    One statement for any number. It names the events first, each by an index: asked for either at once, the planner
    would read the whole room.
    """
    await tx.execute(
        """
        with said as (
            select * from unnest($2::bigint[], $4::jsonb[]) as n (seq, data)),
        told as (
            select seq, data from said
            union all
            select e.seq, said.data
              from said
              join room_event e on e.room_id = $1 and e.about = said.seq and e.type = any($3::text[]))
        update room_event e set data = told.data
          from told
         where e.room_id = $1 and e.seq = told.seq
        """,
        room_id,
        seqs,
        types,
        data,
    )


async def remove(tx: Writer, room_ids: Sequence[UUID]) -> None:
    """Delete rooms with everything that happened in them."""
    await tx.execute("delete from room where id = any($1::uuid[])", room_ids)
