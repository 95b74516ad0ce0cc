"""What can be done with schools."""

from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from banyan.kit.actor import Actor
from banyan.kit.cache import Cache
from banyan.kit.database import Database, Reader
from banyan.kit.ids import new_id
from banyan.kit.problems import FieldError, Malformed, NotFound, StaleEdit
from banyan.schools import policy, store
from banyan.schools.model import ChangeSchool, School
from banyan.schools.time_zones import is_time_zone
from banyan.settings import Settings

__all__ = ["admin_url", "base_url", "change_school", "ensure_school", "has_other_schools", "school", "school_of_host"]

_FOR = 60.0  # seconds that a school is cached; a change is told to every process at once


async def school_of_host(db: Database, cache: Cache, host: str) -> School:
    """The school that a request is for; without a port in `host`.

    Raises:
        NotFound: the installation has no school yet.
    """

    async def find() -> UUID:
        found = await store.school_of_host(db.read(), host)
        if found is None:
            raise NotFound("This installation has no school yet: `banyan school create` makes one.")
        return found

    school_id = await cache.get(f"school-host:{host}", _FOR, UUID, find)
    return await cache.get(f"school:{school_id}", _FOR, School, lambda: store.school(db.read(), school_id))


async def school(db: Database, school_id: UUID) -> School:
    """One school, as it is now."""
    return await store.school(db.read(), school_id)


async def base_url(db: Database, settings: Settings, school_id: UUID) -> str:
    """How the world calls a school, for links in letters; without a slash at the end.

    From the settings and the registered host names, never from a request: its Host header is the sender's to choose.
    """
    door = await store.door_of(db.read(), school_id)
    if door.is_default or door.host is None:
        return settings.base_url
    return _at(settings.base_url, door.host)


async def admin_url(db: Reader, settings: Settings, school_id: UUID) -> str:
    """How a school's admins call the listener for administration; empty where it cannot be told.

    A school with a host name of its own is found by that name there, too, and so only by its port.
    """
    door = await store.door_of(db, school_id)
    if door.is_default or door.host is None:
        return settings.admin_url
    return _at(settings.admin_url, door.host) if urlsplit(settings.admin_url).port else ""


def _at(url: str, host: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}"


async def ensure_school(db: Database, slug: str, name: str, *, host: str | None = None) -> School:
    """The school with this short name, made if there is none; with `host` it answers to that name."""
    async with db.write() as tx:
        found = await store.school_named(tx, slug) or await store.add_school(tx, new_id(), slug, name)
        if host:
            await store.add_host(tx, found.id, host)
    return found


async def has_other_schools(db: Database, slug: str) -> bool:
    """Whether the installation has a school that is not the one with this short name."""
    return await store.has_other_schools(db.read(), slug)


async def change_school(db: Database, cache: Cache, actor: Actor, change: ChangeSchool) -> School:
    """Change the actor's school.

    Raises:
        StaleEdit: someone changed it since; `current` is how it is now.
    """
    if change.time_zone is not msgspec.UNSET and not is_time_zone(change.time_zone):
        raise Malformed(errors=[FieldError("/time_zone", "There is no such time zone.")])
    async with db.write() as tx:
        current = await store.lock_school(tx, actor.school_id)
        policy.may_change(actor, current.id)
        if current.version != change.version:
            raise StaleEdit("The school's settings were changed in the meantime.", current=current)
        changed = await store.change_school(tx, actor.school_id, change, current)
        tx.after_commit(lambda: cache.invalidate(f"school:{current.id}"))
    return changed
