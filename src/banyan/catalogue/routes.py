"""The catalogue over HTTP."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from banyan.catalogue import policy, service
from banyan.catalogue.model import Facets, Filters
from banyan.courses import Difficulty
from banyan.kit.actor import Visitor
from banyan.kit.etag import TAGGED
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.revisions import CourseCard
from banyan.schools import School

__all__ = ["ROUTES"]

Search = Annotated[str | None, QueryParameter(max_length=200, pattern=r"^[^\x00]*$")]


@get("/courses", policy=policy.may_browse, middleware=TAGGED, statuses=(304,))
async def list_courses(
    kit: NamedDependency[Kit],
    school: NamedDependency[School],
    visitor: NamedDependency[Visitor],
    q: Search = None,
    category: Search = None,
    difficulty: FromQuery[Difficulty | None] = None,
    language: Search = None,
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    teaching: FromQuery[bool] = False,
) -> Page[CourseCard]:
    """The school's published courses or, with `teaching`, the caller's own with their `state`.

    The newest come first; with `q` those that fit it best, its last word taken as the beginning of one.

    Raises:
        Unauthenticated: 401, the school shows its courses to its members alone.
    """
    filters = Filters(words=q, category=category, difficulty=difficulty, language=language)
    if teaching:
        return await service.taught(kit.db, visitor, filters, after, limit)
    return await service.courses(kit.db, visitor, school, filters, after, limit)


@get("/courses/facets", policy=policy.may_browse, middleware=TAGGED, statuses=(304,))
async def read_facets(
    kit: NamedDependency[Kit], school: NamedDependency[School], visitor: NamedDependency[Visitor]
) -> Facets:
    """Which categories, difficulties and languages the published courses have, and how many of each.

    Raises:
        Unauthenticated: 401, the school shows its courses to its members alone.
    """
    return await service.facets(kit.db, kit.cache, visitor, school)


ROUTES = [list_courses, read_facets]
