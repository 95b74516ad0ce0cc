"""Puts the domains together into one ASGI application."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Litestar
from litestar.di import NamedDependency
from litestar.types import Scope as LitestarScope

from banyan import (
    __version__,
    accounts,
    archive,
    assessments,
    attempts,
    audit,
    backup,
    catalogue,
    classes,
    courses,
    enrolments,
    files,
    formats,
    gradebook,
    groups,
    learning,
    media,
    messages,
    notifications,
    packages,
    questions,
    revisions,
    schools,
    timeline,
)
from banyan.kit import backlog, jobs, partitions
from banyan.kit.actor import Actor, Visitor
from banyan.kit.bus import Bus
from banyan.kit.cache import Cache
from banyan.kit.database import Database, connect
from banyan.kit.description import describe
from banyan.kit.domain import Domain, Events
from banyan.kit.edge import Edge, Receive, Scope, Send, host_of, send_response
from banyan.kit.endings import end
from banyan.kit.etag import send_document
from banyan.kit.figures import Figures
from banyan.kit.growing import Growing
from banyan.kit.health import Health
from banyan.kit.housekeeping import PERIODIC
from banyan.kit.http import api
from banyan.kit.idempotency import Idempotent, Keeper
from banyan.kit.limits import RateLimiter
from banyan.kit.listeners import administers, listener, listener_of, own_url
from banyan.kit.mail import mailer
from banyan.kit.problems import Malformed, NotFound
from banyan.kit.pulse import pulse
from banyan.kit.realtime import Rooms, log
from banyan.kit.realtime.gateway import Gateway
from banyan.kit.realtime.hub import Hub
from banyan.kit.recency import Recency
from banyan.kit.redis import RedisLink, connect_redis
from banyan.kit.shortcuts import Answer, Shortcut, Shortcuts, no_body, read_body, send_answer
from banyan.kit.static import StaticFiles
from banyan.kit.storage import Storage
from banyan.kit.toolbox import Kit
from banyan.schools import School
from banyan.settings import Settings, SettingsError

__all__ = ["DOMAINS", "GROWING", "ROLES", "Banyan"]

DOMAINS: Sequence[Domain] = (
    schools.DOMAIN,
    accounts.DOMAIN,
    notifications.DOMAIN,
    files.DOMAIN,
    courses.DOMAIN,
    revisions.DOMAIN,
    catalogue.DOMAIN,
    enrolments.DOMAIN,
    learning.DOMAIN,
    media.DOMAIN,
    audit.DOMAIN,
    classes.DOMAIN,
    groups.DOMAIN,
    messages.DOMAIN,
    questions.DOMAIN,
    formats.DOMAIN,
    assessments.DOMAIN,
    timeline.DOMAIN,
    packages.DOMAIN,
    attempts.DOMAIN,
    gradebook.DOMAIN,
    backup.DOMAIN,
    archive.DOMAIN,
)
GROWING: Sequence[Growing] = (*(each for domain in DOMAINS for each in domain.growing), log.GROWING)
_SHORTCUTS = Shortcuts(shortcut for domain in DOMAINS for shortcut in domain.shortcuts)
ROLES = frozenset({"web", "realtime", "worker", "scheduler"})
# POSTs that honour no Idempotency-Key: what they take or answer is secret or large, and must not be stored; or it is
# what people say, which would stay there when they take it back (a message has a key of its own).
_NEVER_KEPT = re.compile(
    "api/v1/(?:accounts|accounts/verification|attempts/[^/]+/files|courses/imports|courses/[^/]+/questions/imports|files"
    "|groups/[^/]+/(?:files|invitation|members|messages(?:/.*)?)"
    "|password-resets|password-resets/confirmation|sessions|tokens)"
)
# What may take minutes: files come and go here.
_PATIENT = re.compile(
    "/api/v1/(?:attempts/[^/]+/files|files|courses/imports|courses/[^/]+/(?:gradebook|questions/imports)"
    "|groups/[^/]+/files|tests/[^/]+/results)"
)


class Banyan:
    """The application. `start` and `stop` belong to its process; `__call__` is ASGI.

    Args:
        settings: how to run.
        database_url: where PostgreSQL is, once it runs.
        roles: which of `ROLES` this process takes.
    """

    def __init__(self, settings: Settings, database_url: str, *, roles: frozenset[str] = ROLES) -> None:
        self._settings = settings
        self.url = database_url
        self._roles = roles
        self._health = Health(lambda: administers(settings))
        self._kit: Kit | None = None
        self._gateway: Gateway | None = None
        self._redis = _redis(settings.redis.url) if settings.redis.url else None
        self.bus = Bus(self._redis)
        self._worker: jobs.Worker | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._measuring: list[asyncio.Task[None]] = []
        self._endings: list[Callable[[], Awaitable[None]]] = []
        self._static = _browser_app()
        self._api = _Interface(_interface(administration=True), self._keeper)
        self._public = _Interface(_interface(administration=False), self._keeper) if settings.admin.port else self._api
        recent = Recency(
            self._route,
            lambda: self._kit.db if self._kit else None,
            lambda: own_url(settings).startswith("https:"),
        )
        self._served = Edge(recent, patient=_PATIENT)

    @property
    def kit(self) -> Kit:
        """What use cases work with, once started."""
        if self._kit is None:
            raise RuntimeError("Banyan has not been started")
        return self._kit

    def openapi(self) -> dict[str, Any]:
        """The description of the HTTP interface, administration and all."""
        return describe(self._api.routes)

    async def start(self) -> None:
        """Connect to everything and begin to work.

        Raises:
            OSError, asyncpg.PostgresError: the database does not answer.
        """
        settings = self._settings
        database = await connect(
            self.url,
            size=settings.database.connections,
            statement_timeout=settings.database.statement_timeout,
            replicas=settings.database.replica_urls,
            replica_lag=settings.database.replica_lag,
            pooler=settings.database.pooler,
        )
        database.enqueue = jobs.enqueue
        cache = Cache(self._redis)
        await cache.start()
        await self.bus.start()
        self._kit = Kit(
            db=database,
            cache=cache,
            storage=Storage(settings.storage_url),
            mailer=mailer(settings.mail_url, settings.mail.sender),
            limiter=RateLimiter(self._redis),
            rooms=Rooms(self.bus),
            settings=settings,
        )
        database.emit = Events(DOMAINS, self._kit).emit
        for domain in DOMAINS:
            ending = await domain.start(self._kit) if domain.start else None
            if ending:
                self._endings.append(ending)
        if "realtime" in self._roles:
            rooms = [kind for domain in DOMAINS for kind in domain.rooms]
            self._gateway = Gateway(Hub(self._kit, self.bus, rooms, accounts.Doorkeeper(self._kit)))
        if self._roles & {"worker", "scheduler"}:
            works, keeps_time = "worker" in self._roles, "scheduler" in self._roles
            kinds = [kind for domain in DOMAINS for kind in domain.jobs] if works else []
            clock = [*PERIODIC, *(entry for domain in DOMAINS for entry in domain.periodic)] if keeps_time else []
            self._worker = jobs.Worker(settings.database.direct_url or self.url, self._kit, kinds, clock)
            self._tasks.append(asyncio.create_task(self._worker.run()))
        self._measuring.append(asyncio.create_task(pulse(database.measures)))
        if "scheduler" in self._roles:
            figures = [*backlog.FIGURES, *partitions.FIGURES, *(each for domain in DOMAINS for each in domain.figures)]
            self._measuring.append(asyncio.create_task(Figures(self._kit, figures).run()))
        self._health.database = database

    async def drain(self) -> None:
        """Get no more traffic, and let go of the clients that are connected."""
        self._health.draining = True
        self._served.drain()
        if self._gateway is not None:
            await self._gateway.drain(self._settings.realtime.drain_seconds)

    async def stop(self) -> None:
        """Finish what has begun, then let go of everything."""
        self._health.draining = True
        if self._gateway is not None:
            await self._gateway.close()
        if self._worker is not None:
            self._worker.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)
            for task in self._tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await end(*self._measuring)
        for ending in reversed(self._endings):
            await ending()
        if self._kit is not None:
            await self.bus.close()
            await self._kit.cache.close()
            await self._kit.db.close()
        if self._redis is not None:
            await self._redis.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            token = listener.set(listener_of(scope, self._settings))
            try:
                await self._served(scope, receive, send)
            finally:
                listener.reset(token)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        interface = self._api if administers(self._settings) else self._public
        if path in ("/health", "/ready", "/metrics"):
            await self._health(scope, receive, send)
        elif "web" not in self._roles:
            raise NotFound("There is nothing at this address.")
        elif path.startswith("/api/v1/"):
            if way := _SHORTCUTS.find(scope):
                await self._take(*way, scope, receive, send)
                return
            scope["banyan.kit"] = self.kit
            await interface(scope, receive, send)
        elif path == "/api/openapi.json":
            scope["banyan.route"] = path
            await send_response(send, 200, [(b"content-type", b"application/json")], interface.description)
        elif path.startswith("/api/"):
            raise NotFound("There is nothing at this address.")
        else:
            await self._static(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/ws" and self._gateway is not None:
            await self._gateway(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b""})

    async def _take(self, shortcut: Shortcut, ids: list[UUID], scope: Scope, receive: Receive, send: Send) -> None:
        scope["banyan.route"] = shortcut.template
        kit = self.kit
        # In the framework's order: what cannot be read, then who sends it, then what is missing.
        body = await read_body(shortcut.takes, scope, receive) if shortcut.takes else None
        school = await schools.school_of_host(kit.db, kit.cache, host_of(scope))
        visitor = await accounts.visitor_of(kit, school.id, scope)
        if shortcut.takes and body is None:
            visitor.signed_in()
            raise no_body()
        try:
            outcome = await shortcut.answer(kit, school, visitor, *ids, *([] if body is None else [body]))
        except asyncpg.DataError:
            raise Malformed("A value is outside of what can be stored.") from None
        await (send_answer(send, outcome) if isinstance(outcome, Answer) else send_document(scope, send, outcome))

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _keeper(self, scope: Scope) -> tuple[Database, UUID] | None:
        if _NEVER_KEPT.fullmatch("/".join(filter(None, scope["path"].split("/")))):
            return None
        school = await schools.school_of_host(self.kit.db, self.kit.cache, host_of(scope))
        visitor = await accounts.visitor_of(self.kit, school.id, scope)
        return (self.kit.db, visitor.actor.id) if visitor.actor else None


class _Interface:
    """The routes below /api/v1 as one of the listeners has them, each POST with a key done once."""

    def __init__(self, routes: Litestar, keeper: Keeper) -> None:
        self.routes = routes
        self._once = Idempotent(routes, keeper)  # type: ignore[arg-type]  # Litestar narrows the ASGI types

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._once(scope, receive, send)

    @cached_property
    def description(self) -> bytes:
        """As OpenAPI, encoded."""
        return msgspec.json.encode(describe(self.routes))


# Built once a process: neither depends on how an installation is run.
@cache
def _interface(*, administration: bool) -> Litestar:
    dependencies = {"kit": _kit, "school": _school, "visitor": _visitor, "actor": _actor}
    return api(DOMAINS, dependencies, version=__version__, administration=administration)


@cache
def _browser_app() -> StaticFiles:
    return StaticFiles(Path(str(resources.files("banyan") / "static")))


def _redis(url: str) -> RedisLink:
    try:
        return connect_redis(url)
    except (TypeError, ValueError):  # it may repeat a part of a password
        raise SettingsError(
            "The setting url of [redis] (BANYAN_REDIS_URL) is wrong in what follows `?`. Leave that out, or write it "
            "as redis-py has it, such as redis://localhost:6379/0?ssl_ca_certs=/etc/ssl/redis.pem."
        ) from None


def _kit(scope: LitestarScope) -> Kit:
    found: Kit = scope["banyan.kit"]  # type: ignore[typeddict-item]  # put there by `_route`
    return found


async def _school(kit: NamedDependency[Kit], scope: LitestarScope) -> School:
    return await schools.school_of_host(kit.db, kit.cache, host_of(scope))  # type: ignore[arg-type]


async def _visitor(kit: NamedDependency[Kit], school: NamedDependency[School], scope: LitestarScope) -> Visitor:
    return await accounts.visitor_of(kit, school.id, scope)  # type: ignore[arg-type]


def _actor(visitor: NamedDependency[Visitor]) -> Actor:
    return visitor.signed_in()
