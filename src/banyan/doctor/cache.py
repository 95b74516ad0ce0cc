"""Redis: there, with room, and with nothing to keep. Seeds 000, 001 and 002."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import RedisError

from banyan.doctor.absence import NotAnswering
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.kit.redis import RedisLink, connect_redis

__all__ = ["CHECKS"]

_NONE = "There is none: what one process remembers is enough for one process."
_THROWN_OUT = 0.9  # of the memory that is allowed


@check("cache.answers", "Without Redis every process asks the database for everything, and hears of the others late.")
async def answers(installation: Installation) -> Verdict:
    """Writes, reads and deletes something in Redis; and whether there is one at all if several processes serve."""
    url = installation.settings.redis.url
    if not url:
        return await _needed(installation)
    key = "banyan:doctor"
    try:
        async with _linked(url) as redis:
            await redis.keys.set(key, b"1", px=10_000)
            found = await redis.keys.get(key)
            await redis.keys.delete(key)
            version = (await redis.words.info("server"))["redis_version"]
    except (RedisError, OSError) as error:
        return fail(
            f"It does not answer: {error}.",
            "Start it, or correct BANYAN_REDIS_URL. Nothing has to be restored in it.",
        )
    if found is None:
        return fail("What was written was gone at once.", "It has no memory left: see cache.memory.")
    return ok(f"Redis {version} takes and gives.")


@check("cache.memory", "Full and told to throw nothing out, Redis refuses; without a limit it takes all there is.")
async def memory(installation: Installation) -> Verdict:
    """Its limit of memory, what it throws out when that is reached, and how much is used."""
    info = await _info(installation, "memory")
    if info is None:
        return skip(_NONE)
    limit, used, policy = int(info["maxmemory"]), int(info["used_memory"]), info["maxmemory_policy"]
    told = f"{used >> 20} of {limit >> 20} MiB are used; {policy}."
    if not limit:
        return warn(
            f"It has no limit, and {used >> 20} MiB.", "Set maxmemory (such as 512mb) and maxmemory-policy allkeys-lru."
        )
    if policy == "noeviction":
        mend = "Set maxmemory-policy allkeys-lru: everything in it can be had elsewhere."
        return fail(told, mend) if used > _THROWN_OUT * limit else warn(told, mend)
    if policy.startswith("volatile"):
        return warn(told, "Set maxmemory-policy allkeys-lru: not all of what is in it has an end.")
    return ok(told)


@check(
    "cache.persistence", "Nothing in Redis would be missed. Writing it to a disk costs, and stops it when that is full."
)
async def persistence(installation: Installation) -> Verdict:
    """Whether it writes snapshots or a log, and whether the last one failed."""
    info = await _info(installation, "persistence")
    if info is None:
        return skip(_NONE)
    mend = 'Set save "" and appendonly no.'
    if info.get("rdb_last_bgsave_status", "ok") != "ok" or info.get("aof_last_write_status", "ok") != "ok":
        return fail("It could not write to its disk, and may refuse to change anything.", mend)
    saves = await _setting(installation, "save")
    verdicts = [ok("It keeps nothing on a disk.")]
    if int(info["aof_enabled"]):
        verdicts.append(warn("It writes a log (appendonly).", mend))
    if saves:
        verdicts.append(warn(f"It writes snapshots (save {saves}).", mend))
    return worst(*verdicts)


async def _needed(installation: Installation) -> Verdict:
    if installation.settings.database.pooler != "none":
        return warn(
            "There is none, and a pooler, as for several processes: these would not hear of each other.",
            "Set BANYAN_REDIS_URL, the same for all, and start them again.",
        )
    try:
        processes = await installation.processes()
    except NotAnswering:
        processes = 0
    if processes > 1:
        return fail(
            f"{processes} processes serve, and none hears of the others: pages stay old, limits count for each.",
            "Set BANYAN_REDIS_URL, the same for all, and start them again.",
        )
    return skip(_NONE)


async def _info(installation: Installation, section: str) -> dict[str, Any] | None:
    return await _asked(installation, "info", section)


async def _setting(installation: Installation, name: str) -> str:
    """A setting of Redis; empty where it may not be asked, as at some providers."""
    try:
        return str((await _asked(installation, "config_get", name) or {}).get(name, ""))
    except NotAnswering:
        return ""


async def _asked(installation: Installation, method: str, *args: str) -> dict[str, Any] | None:
    url = installation.settings.redis.url
    if not url:
        return None
    try:
        async with _linked(url) as redis:
            found: dict[str, Any] = await getattr(redis.words, method)(*args)
            return found
    except (RedisError, OSError):
        raise NotAnswering("Redis does not answer.") from None


@asynccontextmanager
async def _linked(url: str) -> AsyncIterator[RedisLink]:
    redis = connect_redis(url)
    try:
        yield redis
    finally:
        await redis.close()


CHECKS = (answers, memory, persistence)
