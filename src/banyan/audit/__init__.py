"""The audit log: who did what, when; it only grows. What is done is told to it by a `Deed`."""

from banyan.audit.routes import ADMINISTRATION, ROUTES
from banyan.audit.service import TABLE, on_deed
from banyan.kit.deeds import Deed
from banyan.kit.domain import Domain
from banyan.kit.growing import Growing

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="audit",
    routes=ROUTES,
    administration=ADMINISTRATION,
    reactions={Deed: on_deed},
    growing=[Growing(TABLE, "id")],
)
