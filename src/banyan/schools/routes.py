"""Schools over HTTP."""

from litestar import get, patch
from litestar.di import NamedDependency
from litestar.params import JSONBody

from banyan.kit.actor import Actor
from banyan.kit.etag import TAGGED
from banyan.kit.toolbox import Kit
from banyan.schools import policy, service
from banyan.schools.model import ChangeSchool, School

__all__ = ["ADMINISTRATION", "ROUTES"]


@get("/school", policy=policy.may_see, middleware=TAGGED, statuses=(304,))
async def read_school(school: NamedDependency[School]) -> School:
    """The school that this host name belongs to."""
    return school


@patch("/school", policy=policy.may_change)
async def change_school(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], data: JSONBody[ChangeSchool]
) -> School:
    """Change the school.

    Raises:
        StaleEdit: 409, with the school as it is now.
    """
    return await service.change_school(kit.db, kit.cache, actor, data)


ROUTES = [read_school]
ADMINISTRATION = [change_school]
