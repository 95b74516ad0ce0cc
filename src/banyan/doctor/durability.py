"""What PostgreSQL promises of an acknowledged write."""

from banyan.doctor.absence import NotAnswering
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, warn, worst

__all__ = ["CHECKS"]

_MEANING = {
    "fsync": "after a power cut the database may be damaged beyond repair",
    "full_page_writes": "after a power cut pages may be half old and half new",
    "synchronous_commit": "what was acknowledged in the last moments before a crash is lost",
}


@check("database.answers", "Without its database Banyan serves nothing.")
async def answers(installation: Installation) -> Verdict:
    """Connects to the primary, past a pooler, and asks whether it takes writes."""
    try:
        await installation.connected()
    except NotAnswering as absence:
        return fail(str(absence), "docs/operate/when-it-breaks.md, “The database does not answer”, goes through it.")
    row = await installation.row(
        """
        select pg_is_in_recovery() as standby, current_setting('server_version') as version,
               current_setting('default_transaction_read_only')::boolean as read_only,
               pg_postmaster_start_time()::timestamptz(0) as since
        """
    )
    if row["standby"]:
        return fail(
            "The URL leads to a standby, which takes no writes.",
            "Let BANYAN_DATABASE_URL name the primary, or all nodes: postgresql://user@one:5432,two:5432/banyan.",
        )
    if row["read_only"]:
        return fail("It takes no writes: default_transaction_read_only is on.", "Switch it off for Banyan's role.")
    return ok(f"PostgreSQL {row['version'].split()[0]} takes writes; it runs since {row['since']:%Y-%m-%d %H:%M} UTC.")


@check("database.durability", "Banyan says “saved” when PostgreSQL says “committed”. With these off, that is untrue.")
async def durability(installation: Installation) -> Verdict:
    """fsync, full_page_writes and synchronous_commit, as they are for Banyan's role; and what a commit waits for."""
    row = await installation.row(
        """
        select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
               current_setting('synchronous_commit') as synchronous_commit,
               current_setting('data_checksums') as checksums
        """
    )
    off = [name for name in _MEANING if row[name] == "off"]
    if off:
        return fail(
            f"{', '.join(off)} off: {'; '.join(_MEANING[name] for name in off)}.",
            f"Set {', '.join(f'{name} = on' for name in off)} in postgresql.conf, and reload it.",
        )
    verdicts = [ok(f"fsync and full_page_writes are on, synchronous_commit is {row['synchronous_commit']}.")]
    if row["checksums"] == "off":
        verdicts.append(
            warn(
                "Data checksums are off: a disk that returns wrong bytes would not be noticed.",
                "Stop the server, run pg_checksums --enable on its folder, start it again.",
            )
        )
    return worst(*verdicts)


CHECKS = (answers, durability)
