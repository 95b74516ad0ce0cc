"""The store of what people upload."""

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok
from banyan.kit.objects import StoreUnreachable
from banyan.kit.storage import Storage

__all__ = ["CHECKS"]


@check(
    "files.store", "An upload that cannot be stored is refused; what cannot be read is lost to its course.", seconds=20
)
async def store(installation: Installation) -> Verdict:
    """Writes something of no meaning into the store of files, reads it back, compares, and deletes it."""
    installation.check_begun()
    try:
        await Storage(installation.settings.storage_url).probe()
    except StoreUnreachable as error:
        return fail(
            f"{error}.", "Let Banyan's user write there, or correct BANYAN_STORAGE_URL and the store's credentials."
        )
    return ok("What is written comes back.")


CHECKS = (store,)
