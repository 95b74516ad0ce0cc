"""Redis, a server or a cluster: there, with room, and with nothing to keep. Seeds 000, 001 and 002."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio.cluster import RedisCluster

from banyan.doctor.absence import NotAnswering
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.kit.redis import EXPECTED, RedisLink, connect_redis

__all__ = ["CHECKS"]

_NONE = "There is none: what one process remembers is enough for one process."
_SLOTS = 16_384  # of every cluster
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
    except EXPECTED as error:
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
    found = await _of_each(installation, "info", "memory")
    return worst(*(_memory_of(name, info) for name, info in found.items())) if found else skip(_NONE)


def _memory_of(name: str, info: dict[str, Any]) -> Verdict:
    limit, used, policy = int(info["maxmemory"]), int(info["used_memory"]), info["maxmemory_policy"]
    told = f"{name}{used >> 20} of {limit >> 20} MiB are used; {policy}."
    if not limit:
        return warn(
            f"{name}It has no limit, and {used >> 20} MiB.",
            "Set maxmemory (such as 512mb) and maxmemory-policy allkeys-lru.",
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
    found = await _of_each(installation, "info", "persistence")
    saves = await _saves(installation)
    return worst(*(_kept_by(name, info, saves.get(name, "")) for name, info in found.items())) if found else skip(_NONE)


def _kept_by(name: str, info: dict[str, Any], saves: str) -> Verdict:
    mend = 'Set save "" and appendonly no.'
    if info.get("rdb_last_bgsave_status", "ok") != "ok" or info.get("aof_last_write_status", "ok") != "ok":
        return fail(f"{name}It could not write to its disk, and may refuse to change anything.", mend)
    verdicts = [ok(f"{name}It keeps nothing on a disk.")]
    if int(info["aof_enabled"]):
        verdicts.append(warn(f"{name}It writes a log (appendonly).", mend))
    if saves:
        verdicts.append(warn(f"{name}It writes snapshots (save {saves}).", mend))
    return worst(*verdicts)


@check(
    "cache.nodes",
    "While one part of a cluster is away Banyan does without all of it, and every process asks the database.",
)
async def nodes(installation: Installation) -> Verdict:
    """Of a cluster of Redis: whether each node answers, all slots are served, and each primary has a replica."""
    url = installation.settings.redis.url
    if not url:
        return skip(_NONE)
    try:
        async with _linked(url) as redis:
            if not isinstance(redis.keys, RedisCluster):
                return skip("Redis is one server, no cluster.")
            ask: Any = redis.words.execute_command
            state: dict[str, str] = await ask("CLUSTER INFO")
            known: dict[str, dict[str, Any]] = await ask("CLUSTER NODES")
            silent = sorted({*await _silent(redis.keys), *_failed(known)})
    except EXPECTED:
        raise NotAnswering("Redis does not answer.") from None
    served = int(state["cluster_slots_ok"])
    followed = {each["master_id"] for name, each in known.items() if name not in silent}
    alone = [name for name, each in known.items() if each["slots"] and each["node_id"] not in followed]
    verdicts = [ok(f"{len(known)} nodes answer, and serve all {_SLOTS} slots.")]
    if silent:
        verdicts.append(
            fail(f"No answer from {', '.join(silent)}.", "Start it, or let it be reached from here by that name.")
        )
    if served < _SLOTS:
        verdicts.append(
            fail(
                f"{_SLOTS - served} of {_SLOTS} slots are served by nobody.",
                "redis-cli --cluster check, then --cluster fix.",
            )
        )
    if alone:
        verdicts.append(
            warn(
                f"No replica stands behind {', '.join(alone)}.",
                "redis-cli --cluster add-node … --cluster-slave, for each.",
            )
        )
    return worst(*verdicts)


async def _silent(cluster: RedisCluster) -> list[str]:
    """The nodes that do not answer at the addresses that they tell of themselves, as far as those can be had."""
    found = []
    try:
        await cluster.initialize()
    except EXPECTED:  # not while slots are missing
        return []
    for node in cluster.get_nodes():
        try:
            await cluster.ping(target_nodes=node)
        except EXPECTED:
            found.append(node.name)
    return found


def _failed(known: dict[str, dict[str, Any]]) -> list[str]:
    """The nodes that the others miss."""
    return [name for name, each in known.items() if any(flag.startswith("fail") for flag in each["flags"].split(","))]


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


async def _saves(installation: Installation) -> dict[str, str]:
    """When each node writes snapshots; nothing where it may not be asked, as at some providers."""
    try:
        found = await _of_each(installation, "config_get", "save")
    except NotAnswering:
        return {}
    return {name: str(told.get("save", "")) for name, told in found.items()}


async def _of_each(installation: Installation, method: str, *args: str) -> dict[str, dict[str, Any]]:
    """What each node answers, by what to call it at the beginning of a sentence; nothing without Redis."""
    url = installation.settings.redis.url
    if not url:
        return {}
    try:
        async with _linked(url) as redis:
            if not isinstance(redis.keys, RedisCluster):
                return {"": await getattr(redis.keys, method)(*args)}
            await redis.keys.initialize()
            ask = getattr(redis.keys, method)
            return {f"{node.name}: ": await ask(*args, target_nodes=node) for node in redis.keys.get_nodes()}
    except EXPECTED:
        raise NotAnswering("Redis does not answer.") from None


@asynccontextmanager
async def _linked(url: str) -> AsyncIterator[RedisLink]:
    redis = connect_redis(url)
    try:
        yield redis
    finally:
        await redis.close()


CHECKS = (answers, memory, persistence, nodes)
