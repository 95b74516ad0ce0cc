"""Indexes: whole, used by the statements that count on them, and not kept for nothing. Seeds 001, 002 and 004."""

import re
from typing import Any

import asyncpg

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn
from banyan.doctor.statements import statements

__all__ = ["CHECKS"]

_LARGE = 20_000  # rows; below that reading a whole table is no harm
_SCANS = 100  # of a whole table; a backup's comparison and a dump make some too
_SCANNED_SHARE = 0.05  # of all that was asked of a table
_HEAVY = 256 << 20  # bytes of an index that nobody uses
_SHOWN = 5


@check(
    "indexes.valid", "An index that is not valid is written and never read: the statements it is for read whole tables."
)
async def valid(installation: Installation) -> Verdict:
    """Indexes whose making was interrupted, as `create index concurrently` leaves them."""
    broken = [
        row["name"]
        for row in await installation.rows(
            """
            select indexrelid::regclass::text as name from pg_index
             where not (indisvalid and indisready and indislive)
            """
        )
    ]
    if broken:
        return fail(f"Not valid: {', '.join(broken)}.", "Make them anew: reindex index concurrently …")
    count = await installation.value("select count(*) from pg_index where indrelid >= 16384")
    return ok(f"All {count} are valid.")


@check("indexes.used", "A statement without its index is quick in a small school and stops a large one.", seconds=30)
async def used(installation: Installation) -> Verdict:
    """Each statement of this Banyan whose text is fixed, explained for unknown values by the database as it is."""
    if await installation.value("select to_regclass('pg_catalog.pg_dist_partition') is not null"):
        return skip("Citus explains no statement for unknown values. Ask each worker for indexes.scans.")
    large = await _large(installation)
    indexes = await _indexes(installation)
    texts = statements()
    scans: dict[str, set[str]] = {}
    unfit: list[str] = []
    for sql, place in texts.items():
        try:
            plan = await installation.plan(sql)
        except asyncpg.PostgresError as error:
            unfit.append(f"{place} ({error})")
            continue
        for table in _scanned(plan, indexes) & large.keys():
            scans.setdefault(table, set()).add(place)
    if unfit:
        return fail(
            f"{len(unfit)} of {len(texts)} statements do not fit the database, such as {unfit[0]}.",
            "The tables are not those of this Banyan: look at database.migrations first.",
        )
    if scans:
        told = "; ".join(f"{name} ({large[name]:,} rows) by {', '.join(sorted(by)[:3])}" for name, by in scans.items())
        return fail(
            f"Read as a whole: {told}.",
            "An index is missing. `\\d` of the table against src/banyan/migrations shows which: make it with "
            "create index concurrently.",
        )
    return ok(f"{len(texts)} statements explained; none reads one of the {len(large)} large tables as a whole.")


@check(
    "indexes.scans", "What the plans cannot show: statements of others, and of reports, that read large tables whole."
)
async def scans(installation: Installation) -> Verdict:
    """How often PostgreSQL has read a table of more than 20,000 rows as a whole since its statistics began."""
    rows = await installation.rows(
        """
        select relname as name, seq_scan as scans, n_live_tup as rows
          from pg_stat_user_tables
         where n_live_tup >= $1 and seq_scan >= $2
           and seq_scan > $3 * (seq_scan + coalesce(idx_scan, 0))
         order by seq_tup_read desc
        """,
        _LARGE, _SCANS, _SCANNED_SHARE,
    )  # fmt: skip
    if not rows:
        return ok("No large table is often read as a whole.")
    told = ", ".join(f"{row['name']} {row['scans']:,} times" for row in rows[:_SHOWN])
    return warn(
        f"Read as a whole: {told}.",
        "See who does it (pg_stat_activity, log_min_duration_statement), and give the statement an index; "
        "`select pg_stat_reset_single_table_counters('table'::regclass)` begins to count anew.",
    )


@check("indexes.unused", "An index costs at every write, and memory that tables could use.")
async def unused(installation: Installation) -> Verdict:
    """Indexes of more than 256 MiB that nothing has asked, in statistics that are a month old at least."""
    since = await installation.value(
        """
        select extract(epoch from now() - greatest(stats_reset, pg_postmaster_start_time()))::float8 / 86400
          from pg_stat_database where datname = current_database()
        """
    )
    rows = await installation.rows(
        """
        select s.indexrelid::regclass::text as name, pg_relation_size(s.indexrelid) >> 20 as mib
          from pg_stat_user_indexes s join pg_index i using (indexrelid)
         where s.idx_scan = 0 and not i.indisunique and not i.indisexclusion
           and pg_relation_size(s.indexrelid) >= $1
         order by 2 desc
        """,
        _HEAVY,
    )
    if not rows:
        return ok("No large one is idle.")
    told = ", ".join(f"{row['name']} ({row['mib']} MiB)" for row in rows[:_SHOWN])
    if since < 30:
        return ok(f"Idle so far, in {since:.0f} days of statistics, which is too short to tell: {told}.")
    return warn(f"Never used: {told}.", "Ask the replicas too before one goes. One that you made: drop it.")


async def _large(installation: Installation) -> dict[str, int]:
    """Tables worth an index, with their rows."""
    rows = await installation.rows(
        """
        select relname as name, reltuples::bigint as rows from pg_class
         where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and reltuples >= $1
        """,
        _LARGE,
    )
    return {row["name"]: row["rows"] for row in rows}


async def _indexes(installation: Installation) -> dict[str, tuple[str, str]]:
    """Of each index that has all rows its table, and what it sorts by first."""
    rows = await installation.rows(
        """
        select i.relname as name, t.relname as table, pg_get_indexdef(x.indexrelid, 1, true) as leading
          from pg_index x
          join pg_class i on i.oid = x.indexrelid
          join pg_class t on t.oid = x.indrelid
         where x.indpred is null and t.relnamespace = 'public'::regnamespace
        """
    )
    return {row["name"]: (row["table"], row["leading"]) for row in rows}


def _scanned(plan: dict[str, Any], indexes: dict[str, tuple[str, str]]) -> set[str]:
    """The tables that a plan reads as a whole: row by row, or through an index that is not asked for anything."""
    found = set()
    waiting = [plan]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            found.add(str(node["Relation Name"]))
        elif node["Node Type"] != "ModifyTable" and node.get("Index Name") in indexes:
            table, leading = indexes[node["Index Name"]]
            if not re.search(rf"(?<![\w.]){re.escape(leading)}(?!\w)", node.get("Index Cond", "")):
                found.add(table)
    return found


CHECKS = (valid, used, scans, unused)
