"""Connections: as many as the pools may want, led through a pooler as the settings say. Seeds 000 to 004."""

import asyncpg

from banyan.doctor.installation import Installation, open_line
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.kit.pools import settings_to_keep

__all__ = ["CHECKS"]

_WARN, _FAIL = 0.7, 0.9  # of what the server allows: seed 000
_BESIDES = 3  # connections of a process that are not its pool's: two that watch, and the worker's
_ROUNDS = 12
_ROOM = """
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int
"""


@check("connections.free", "When none is left nobody gets in: people, workers, or whoever wants to mend it.")
async def free(installation: Installation) -> Verdict:
    """Connections of the server that are open now, of those that it allows."""
    await installation.check_watches()
    row = await installation.row(
        f"""
        select (select count(*) from pg_stat_activity where backend_type = 'client backend') as open, {_ROOM} as room
        """  # noqa: S608 -- a constant
    )
    share = row["open"] / row["room"]
    told = f"{row['open']} of {row['room']} are open ({share:.0%})."
    mend = "See whose they are (pg_stat_activity). Put PgBouncer between, or run fewer processes."
    return fail(told, mend) if share >= _FAIL else warn(told, mend) if share >= _WARN else ok(told)


@check("connections.pools", "Pools that may want more than there is get errors in the very hour when all come.")
async def pools(installation: Installation) -> Verdict:
    """The pools of all processes that serve now, filled, against what the server allows."""
    database = installation.settings.database
    if database.pooler != "none":
        return skip("The pooler shares out the connections.")
    room = await installation.value(f"select {_ROOM}")
    processes = max(1, await installation.processes())
    wanted = processes * (database.connections + _BESIDES)
    told = (
        f"{processes} {'process' if processes == 1 else 'processes'} of {database.connections} and {_BESIDES} "
        f"connections may want {wanted} of {room}."
    )
    if wanted > room:
        return fail(
            told,
            "Lower BANYAN_DATABASE_CONNECTIONS, raise max_connections, or put PgBouncer between for many processes.",
        )
    return ok(told)


@check(
    "connections.pooler", "Banyan prepares statements and sets sessions where it may; a pooler decides where it may."
)
async def pooler(installation: Installation) -> Verdict:
    """Whether clients share a server's session behind the URL, what needs one of its own goes past, and settings."""
    database = installation.settings.database
    await installation.connected()
    try:
        shared = await _is_shared(installation.url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return fail(
            f"Nothing answers at BANYAN_DATABASE_URL, though the server itself does: {error}.",
            "Start PgBouncer, or see its log.",
        )
    if database.pooler == "none":
        if shared:
            return fail(
                "The URL leads through a pooler in transaction mode, and Banyan does not know: statements that it has "
                "prepared are lost, settings of its sessions reach others.",
                "Set BANYAN_DATABASE_POOLER=transaction and BANYAN_DATABASE_DIRECT_URL, then run `banyan db migrate`.",
            )
        return ok("The URL leads to the server itself, as the settings say.")
    verdicts = [await _past_it(installation), await _settings_kept(installation)]
    if not shared:
        verdicts.append(
            warn(
                "No two clients shared a server's connection: the pooler is not in transaction mode, or not there.",
                "Set pool_mode = transaction in pgbouncer.ini, or BANYAN_DATABASE_POOLER=none without one.",
            )
        )
    return worst(ok("Two clients share a server's connection, and what needs a session goes past it."), *verdicts)


async def _past_it(installation: Installation) -> Verdict:
    direct = installation.settings.database.direct_url
    if not direct:
        return fail(
            "What needs a session of its own (jobs, migrations, backups) goes through the pooler, which has none.",
            "Let BANYAN_DATABASE_DIRECT_URL name the server itself.",
        )
    if await _is_shared(direct):
        return fail(
            "BANYAN_DATABASE_DIRECT_URL leads through a pooler too.",
            "Let it name the server itself, such as port 5432.",
        )
    return ok("")


async def _settings_kept(installation: Installation) -> Verdict:
    """A session behind the pooler has the settings that Banyan would make, for they are the role's."""
    line = await open_line(installation.url)
    try:
        async with line.transaction():
            wanted = await settings_to_keep(line, installation.settings.database.statement_timeout)
            rows = await line.fetch(
                """
                select name from pg_settings join unnest($1::text[], $2::text[]) as wanted (key, value) on key = name
                 where lower(setting) <> lower(value)
                """,
                list(wanted), list(wanted.values()),
            )  # fmt: skip
    finally:
        line.terminate()
    if rows:
        return fail(
            f"Sessions behind the pooler lack {', '.join(row['name'] for row in rows)}.",
            "Run `banyan db migrate`, then RECONNECT in PgBouncer's console.",
        )
    return ok("")


async def _is_shared(url: str) -> bool:
    """Whether transactions of two clients, both connected, run in one session of the server.

    Raises:
        OSError, asyncpg.PostgresError: it does not answer.
    """
    lines = [await open_line(url)]
    try:
        lines.append(await open_line(url))
        sessions: list[set[int]] = [set(), set()]
        for _ in range(_ROUNDS):
            for line, seen in zip(lines, sessions, strict=True):
                async with line.transaction():
                    seen.add(await line.fetchval("select pg_backend_pid()"))
            if sessions[0] & sessions[1]:
                return True
        return False
    finally:
        for line in lines:
            line.terminate()


CHECKS = (free, pools, pooler)
