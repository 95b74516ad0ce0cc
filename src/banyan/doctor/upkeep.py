"""What PostgreSQL must do by itself to stay well: vacuum, before numbers of transactions run out."""

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, warn, worst

__all__ = ["CHECKS"]

_OLD, _ANCIENT = 500_000_000, 1_500_000_000  # transactions; at 2,100,000,000 PostgreSQL takes none any more
_LARGE = 20_000  # rows
_DEAD = 50_000  # rows
_LONG = 3600.0  # seconds


@check("upkeep.vacuum", "Without it tables grow for ever and plans go wrong.")
async def vacuum(installation: Installation) -> Verdict:
    """Whether autovacuum is on, for the server and for each table, and keeps up."""
    row = await installation.row(
        """
        select current_setting('autovacuum')::boolean and current_setting('track_counts')::boolean as on,
               (select array_agg(oid::regclass::text) from pg_class
                 where reloptions && '{autovacuum_enabled=false,autovacuum_enabled=off}') as off
        """
    )
    if not row["on"]:
        return fail(
            "autovacuum is off.", "Set autovacuum = on and track_counts = on in postgresql.conf, and reload it."
        )
    verdicts = [ok("autovacuum is on, and keeps up.")]
    if row["off"]:
        verdicts.append(warn(f"It is off for {', '.join(row['off'])}.", "alter table … reset (autovacuum_enabled)."))
    late = await installation.rows(
        """
        select relname as name, n_dead_tup as dead, n_live_tup as live from pg_stat_user_tables
         where n_dead_tup >= $1 and n_dead_tup > n_live_tup order by n_dead_tup desc limit 5
        """,
        _DEAD,
    )
    if late:
        told = ", ".join(f"{each['name']} ({each['dead']:,} dead rows, {each['live']:,} alive)" for each in late)
        verdicts.append(
            warn(
                f"It does not keep up with {told}.",
                "See what holds it up (upkeep.transactions); give it more: autovacuum_vacuum_cost_limit = 2000.",
            )
        )
    return worst(*verdicts)


@check("upkeep.statistics", "Plans are made from them: old ones lead to the wrong index, or to none.")
async def statistics(installation: Installation) -> Verdict:
    """Tables of more than 20,000 rows that have changed as much since PostgreSQL last looked at what is in them."""
    rows = await installation.rows(
        """
        select relname as name from pg_stat_user_tables
         where n_live_tup >= $1 and n_mod_since_analyze >= n_live_tup order by n_live_tup desc
        """,
        _LARGE,
    )
    if not rows:
        return ok("Those of all large tables are of today's rows.")
    told = ", ".join(row["name"] for row in rows[:5])
    return warn(f"Changed more than they were: {told}.", "vacuumdb --analyze-only; see whether autovacuum keeps up.")


@check("upkeep.wraparound", "When the numbers of transactions run out PostgreSQL refuses every write, for hours.")
async def wraparound(installation: Installation) -> Verdict:
    """The age of the oldest transaction that any database of the server still has to remember."""
    row = await installation.row(
        """
        select datname as name, greatest(age(datfrozenxid), mxid_age(datminmxid)) as age
          from pg_database order by 2 desc limit 1
        """
    )
    told = f"{row['age']:,} transactions in {row['name']}, of some 2,100,000,000."
    mend = f"vacuumdb --freeze --all at a quiet hour, beginning with {row['name']}; see why autovacuum did not."
    return fail(told, mend) if row["age"] > _ANCIENT else warn(told, mend) if row["age"] > _OLD else ok(told)


@check("upkeep.transactions", "A transaction that stays open keeps every row that died since, and what it has locked.")
async def transactions(installation: Installation) -> Verdict:
    """Transactions that have been open for more than an hour, and prepared ones that nobody finished."""
    await installation.check_watches()
    rows = await installation.rows(
        """
        select 'process ' || pid || ' of ' || coalesce(usename, '?') as name,
               extract(epoch from now() - xact_start)::float8 as age
          from pg_stat_activity
         where backend_type = 'client backend' and xact_start < now() - make_interval(secs => $1)
        union all
        select 'prepared transaction ' || gid, extract(epoch from now() - prepared)::float8
          from pg_prepared_xacts where prepared < now() - make_interval(secs => $1)
         order by 2 desc
        """,
        _LONG,
    )
    if not rows:
        return ok("None is older than an hour.")
    told = ", ".join(f"{row['name']} for {row['age'] / 3600:.1f} h" for row in rows[:5])
    return warn(f"Open: {told}.", "End them: select pg_terminate_backend(pid), or rollback prepared 'name'.")


CHECKS = (vacuum, statistics, wraparound, transactions)
