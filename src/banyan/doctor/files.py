"""The store of what people upload."""

import secrets

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok
from banyan.kit.objects import Objects, StoreUnreachable

__all__ = ["CHECKS"]


@check(
    "files.store", "An upload that cannot be stored is refused; what cannot be read is lost to its course.", seconds=20
)
async def store(installation: Installation) -> Verdict:
    """Writes something of no meaning into the store of files, reads it back, compares, and deletes it."""
    installation.check_begun()
    content = secrets.token_bytes(1024)
    path = f"probe-{secrets.token_hex(16)}"
    mend = "Let Banyan's user write there, or correct BANYAN_STORAGE_URL and the store's credentials."
    try:
        place = Objects(installation.settings.storage_url)
        await place.put(path, content)
        found = await place.get(path)
        await place.delete(path)
    except (StoreUnreachable, FileNotFoundError) as error:
        return fail(f"{error}.", mend)
    if found != content:
        return fail(f"What {place.name} gives is not what was put there.", "See what that store is, and its own log.")
    return ok("What is written comes back.")


CHECKS = (store,)
