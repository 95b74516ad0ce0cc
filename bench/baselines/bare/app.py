"""The honest ceiling: nothing but ASGI, asyncpg and msgspec, running the statements of Banyan's course page.

It answers the course page with the document that Banyan answers, and keeps progress with one upsert a request. It has
no router, no framework, no cache, no metrics, no log, no limits, and checks nothing that the page does not need.

    BARE_DATABASE_URL=postgresql://… uvicorn --factory bench.baselines.bare.app:create
"""

import hashlib
import os
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import asyncpg
import msgspec

__all__ = ["FOOTING", "READING", "SAVE", "SESSION", "Bare", "create"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# The texts of Banyan's own statements, one for one; tests/bench compares them with those that Banyan runs.
SESSION = "select id, account_id, school_id, role, expires_at from session where token_hash = $1"
READING = """
    select p.course_id, p.school_id, p.revision, p.published_at, p.title, p.summary, p.cover_id, p.category,
           p.difficulty, p.language, c.state, c.enrolment, c.enrolment_code, c.places, c.version, r.outline,
           (select coalesce(jsonb_agg(jsonb_build_object('id', account_id, 'name', name, 'role', role)
                                      order by role, name, account_id), '[]')
              from course_staff s
             where s.course_id = p.course_id) as staff
      from publication p
      join course c on c.id = p.course_id
      join revision r on r.course_id = p.course_id and r.number = p.revision
     where p.course_id = any($1::uuid[]) and c.deleted_at is null
"""
FOOTING = """
    select e.course_id, e.enrolled_at, e.completed_at,
           coalesce(jsonb_object_agg(p.item_id, p.state) filter (where p.item_id is not null), '{}') as states,
           (array_agg(p.item_id order by p.updated_at desc))[1] as latest,
           max(p.updated_at) as seen_at
      from enrolment e
      left join progress p on p.learner_id = e.learner_id and p.course_id = e.course_id
     where e.learner_id = $1 and e.course_id = $2 and e.state = 'active'
     group by e.learner_id, e.course_id
"""
SAVE = """
    insert into progress as p (learner_id, course_id, item_id, state, place)
    values ($1, $2, $3, $4, $5)
        on conflict (learner_id, course_id, item_id) do update
       set state = case when p.state = 'done' then p.state else excluded.state end,
           place = excluded.place, updated_at = now()
"""


class StoredItem(msgspec.Struct):
    """What the page needs of an item of a stored outline."""

    id: str
    kind: str
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None


class StoredModule(msgspec.Struct):
    """A module of a stored outline."""

    id: str
    title: str
    items: list[StoredItem]


class StoredOutline(msgspec.Struct):
    """An outline as a revision keeps it."""

    modules: list[StoredModule]


class StaffMember(msgspec.Struct):
    """Someone who teaches the course."""

    id: str
    name: str
    role: str


class Item(msgspec.Struct):
    """An item as the page shows it."""

    id: str
    kind: str
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    locked: bool


class Module(msgspec.Struct):
    """A module as the page shows it."""

    id: str
    title: str
    items: list[Item]


class Outline(msgspec.Struct):
    """The outline as the page shows it."""

    revision: int
    modules: list[Module]


class Teacher(msgspec.Struct):
    """A teacher as the page shows them."""

    id: str
    name: str


class Progress(msgspec.Struct):
    """The learner's progress as the page shows it."""

    percent: int
    items: dict[str, str]
    continue_: str | None = msgspec.field(name="continue")
    enrolled_at: datetime
    completed_at: datetime | None


class Page(msgspec.Struct):
    """The course page, field for field as Banyan answers it."""

    id: UUID
    title: str
    summary: str
    cover: str | None
    category: str
    difficulty: str | None
    language: str
    state: str
    enrolment: str
    places: int | None
    places_left: int | None
    teachers: list[Teacher]
    version: int
    role: str | None
    outline: Outline
    progress: Progress | None
    enrolment_code: None = None
    draft_changes: None = None


class Place(msgspec.Struct):
    """What a learner sends of their progress in an item."""

    state: str
    place: float = 0.0


_encode = msgspec.json.Encoder().encode
_outline = msgspec.json.Decoder(StoredOutline).decode
_staff = msgspec.json.Decoder(list[StaffMember]).decode
_states = msgspec.json.Decoder(dict[str, str]).decode
_place = msgspec.json.Decoder(Place).decode


class Bare:
    """The application; uvicorn calls it."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self.pool: Any = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        parts = scope["path"].split("/")  # "", api, v1, courses, id, items, id, progress
        session = await self._session(scope)
        if session is None:
            await _answer(send, 401, b"{}")
        elif len(parts) == 5:
            await self._show(send, session, UUID(parts[4]))
        else:
            await self._save(receive, send, session, UUID(parts[4]), UUID(parts[6]))

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def start(self) -> None:
        """Open the pool, with the settings that Banyan opens its own with."""
        self.pool = await asyncpg.create_pool(
            self._url,
            min_size=2,
            max_size=20,
            init=_prepare,
            connection_class=_Connection,
            statement_cache_size=512,
            max_inactive_connection_lifetime=300,
            server_settings={
                "statement_timeout": "15000",
                "idle_in_transaction_session_timeout": "30000",
                "timezone": "UTC",
                "jit": "off",
                "client_connection_check_interval": "2000",
                "plan_cache_mode": "force_generic_plan",
                "enable_seqscan": "off",
            },
        )

    async def stop(self) -> None:
        """Close the pool."""
        await self.pool.close()

    async def _session(self, scope: Message) -> asyncpg.Record | None:
        for name, value in scope["headers"]:
            if name == b"authorization":
                row = await self.pool.fetchrow(SESSION, hashlib.sha256(value[7:]).digest())
                return row if row is not None and row["expires_at"] > datetime.now(UTC) else None
        return None

    async def _show(self, send: Send, session: asyncpg.Record, course_id: UUID) -> None:
        rows = await self.pool.fetch(READING, [course_id])
        if not rows or rows[0]["school_id"] != session["school_id"] or rows[0]["state"] != "published":
            await _answer(send, 404, b"{}")
            return
        footing = await self.pool.fetchrow(FOOTING, session["account_id"], course_id)
        await _answer(send, 200, _encode(_page(rows[0], footing, session["account_id"])))

    async def _save(
        self, receive: Receive, send: Send, session: asyncpg.Record, course_id: UUID, item_id: UUID
    ) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        place = _place(body)
        await self.pool.execute(SAVE, session["account_id"], course_id, item_id, place.state, place.place)
        await _answer(send, 200, _encode(place))


def _page(course: asyncpg.Record, footing: asyncpg.Record | None, account_id: UUID) -> Page:
    now = datetime.now(UTC)
    outline = Outline(
        course["revision"],
        [
            Module(
                module.id,
                module.title,
                [
                    Item(
                        item.id,
                        item.kind,
                        item.title,
                        item.minutes,
                        item.release_at,
                        item.due_at,
                        item.release_at is not None and item.release_at > now,
                    )
                    for item in module.items
                ],
            )
            for module in _outline(course["outline"]).modules
        ],
    )
    staff = _staff(course["staff"])
    account = str(account_id)
    cover_id = course["cover_id"]
    return Page(
        id=course["course_id"],
        title=course["title"],
        summary=course["summary"],
        cover=f"/api/v1/files/{cover_id}/{quote('cover')}" if cover_id else None,
        category=course["category"],
        difficulty=course["difficulty"],
        language=course["language"],
        state=course["state"],
        enrolment=course["enrolment"],
        places=course["places"],
        places_left=None,
        teachers=[Teacher(member.id, member.name) for member in staff if member.role != "assistant"],
        version=course["version"],
        role=next((member.role for member in staff if member.id == account), "learner" if footing else None),
        outline=outline,
        progress=_progress(outline, footing) if footing else None,
    )


def _progress(outline: Outline, footing: asyncpg.Record) -> Progress:
    states = _states(footing["states"])
    items = [item for module in outline.modules for item in module.items]
    done = sum(states.get(item.id) == "done" for item in items)
    latest = str(footing["latest"])
    start = next((at for at, item in enumerate(items) if item.id == latest), 0)
    ahead = items[start:] + items[:start]
    return Progress(
        percent=done * 100 // len(items) if items else 0,
        items=states,
        continue_=next((item.id for item in ahead if not item.locked and states.get(item.id) != "done"), None),
        enrolled_at=footing["enrolled_at"],
        completed_at=footing["completed_at"],
    )


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Connection(asyncpg.Connection):  # type: ignore[misc,type-arg,unused-ignore]
    def get_reset_query(self) -> str:
        return ""


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + value,
        decoder=lambda value: value[1:],
    )


def create() -> Bare:
    """The application on the database that BARE_DATABASE_URL names."""
    return Bare(os.environ["BARE_DATABASE_URL"])
