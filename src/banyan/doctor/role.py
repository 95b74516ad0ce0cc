"""What Banyan's role may look at."""

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, ok, warn

__all__ = ["CHECKS"]


@check("database.role", "Connections, standbys and the log of a server that nobody may look at are guarded by nobody.")
async def role(installation: Installation) -> Verdict:
    """Whether Banyan's role may see how the server stands, not only its own part of it."""
    name = await installation.value("select current_user::text")
    if await installation.watches():
        return ok(f"{name} may look at all that is asked here.")
    return warn(
        f"{name} may not see who else is connected, which standbys stream, and what waits for the archive.",
        f"As a superuser: grant pg_monitor to {name}.",
    )


CHECKS = (role,)
