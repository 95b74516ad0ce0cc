"""The database's shape against the code's."""

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok
from banyan.kit import migrations

__all__ = ["CHECKS"]


@check("database.migrations", "Code and tables that do not fit each other fail at the first page that needs both.")
async def migrated(installation: Installation) -> Verdict:
    """The migrations that the database has against those that this Banyan brings, and the tables of the job queue."""
    await installation.rows("select 1")
    found = await migrations.status(installation.direct_url)
    if found.waiting:
        return fail(f"{len(found.waiting)} wait: {', '.join(found.waiting[:5])}.", "Run `banyan db migrate`.")
    if found.unknown:
        return fail(
            f"The database has {', '.join(found.unknown[:5])}, which this Banyan does not know.",
            "A newer Banyan has used it: run that one. Migrations do not go back.",
        )
    return ok(f"All {len(found.applied)} are applied.")


CHECKS = (migrated,)
