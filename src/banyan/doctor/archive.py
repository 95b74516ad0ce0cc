"""The archive: the place that what is too old goes to, and what went there."""

from typing import Any

from banyan.archive import Place
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip
from banyan.kit.objects import StoreUnreachable

__all__ = ["CHECKS"]

_SHOWN = 3


@check(
    "archive.place",
    "What cannot be put there stays in the database, which grows; what is gone there is nowhere else.",
    seconds=20,
)
async def place(installation: Installation) -> Verdict:
    """Writes something into the archive's place and reads it back; whether every file of the list is there, whole."""
    lines = await installation.rows("select path, size from archived order by table_name, until")
    if not lines and not installation.settings.archive.after_months:
        return skip("Nothing is archived: [archive] after_months is not set.")
    store = Place(installation.settings.archive_url)
    try:
        gone = await _gone(store, lines)
        await store.probe()
    except StoreUnreachable as error:
        return fail(
            f"{error}.", "Let Banyan's user write there, or correct BANYAN_ARCHIVE_URL and the store's credentials."
        )
    if gone:
        return fail(
            f"{len(gone)} of {len(lines)} files are missing or cut in {store.name}: {', '.join(gone[:_SHOWN])}.",
            "Is it the place that they were put into, and is its disk mounted? Else bring them back: the bucket's "
            "versions, or a copy. `banyan archive verify` reads each.",
        )
    return ok(
        f"{store.name} takes and gives; all {len(lines)} files are there." if lines else f"{store.name} is ready."
    )


async def _gone(store: Place, lines: list[Any]) -> list[str]:
    if not lines:
        return []
    sizes = {each.path: each.size for each in await store.list()}
    return [line["path"] for line in lines if sizes.get(line["path"]) != line["size"]]


CHECKS = (place,)
