"""Tests over HTTP, for those who write them and those who look for one."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.assessments import accommodating, cards, drafts, policy, publishing
from banyan.assessments.model import (
    AccommodationView,
    ChangeTest,
    CopyTest,
    NewTest,
    PublishTest,
    SetAccommodation,
    TestCard,
    TestDraft,
    TestLine,
    TestRevision,
)
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@get("/courses/{course_id:uuid}/tests", policy=policy.may_see_tests)
async def read_tests(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]
) -> Page[TestLine]:
    """The tests of a course in its order; learners see those that are published."""
    return await cards.tests_of(kit, actor, course_id)


@post("/courses/{course_id:uuid}/tests", policy=policy.may_begin_test)
async def begin_test(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[NewTest],
) -> TestDraft:
    """Begin a test, as the last item of a module; its id is the item's.

    Raises:
        UnfitTest, NoSuchNeighbour, CourseTooLarge: 422.
    """
    return await drafts.begin_test(kit, actor, course_id, data)


@get("/tests/{test_id:uuid}", policy=policy.may_see_test)
async def read_test(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], test_id: FromPath[UUID]
) -> TestDraft | TestCard:
    """A test: its draft for the staff of the course, for learners a card with all that they may know.

    Raises:
        NotFound: 404, there is none, or none that was published.
    """
    return await cards.test_page(kit, actor, test_id)


@patch("/tests/{test_id:uuid}", policy=policy.may_write_test)
async def change_test(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    data: JSONBody[ChangeTest],
) -> TestDraft:
    """Change a test; learners take it so once it is published.

    Raises:
        StaleEdit: 409, with the test as it is now.
        UnfitTest: 422, with what is wrong.
    """
    return await drafts.change_test(kit, actor, test_id, data)


@post("/tests/{test_id:uuid}/copies", policy=policy.may_write_test)
async def copy_test(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    data: JSONBody[CopyTest],
) -> TestDraft:
    """Begin a test with the draft of another one, right behind it in the course; nobody can take it yet.

    Raises:
        CourseTooLarge: 422.
    """
    return await drafts.copy_test(kit, actor, test_id, data)


@post("/tests/{test_id:uuid}/revisions", policy=policy.may_write_test)
async def publish_test(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    data: JSONBody[PublishTest],
) -> TestRevision:
    """Publish a test: attempts that begin from now on are at this revision.

    Raises:
        NothingToPublishAnew: 409.
        NothingToAsk: 422.
        UnfitTest: 422, with what is wrong.
    """
    return await publishing.publish(kit, actor, test_id, data.note)


@get("/tests/{test_id:uuid}/revisions", policy=policy.may_see_revisions)
async def read_test_revisions(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[TestRevision]:
    """The revisions of a test, the newest first."""
    return await publishing.revisions_of(kit, actor, test_id, after, limit)


@get("/tests/{test_id:uuid}/accommodations", policy=policy.may_see_accommodations)
async def read_accommodations(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[AccommodationView]:
    """Who has more than the others in a test, by name."""
    return await accommodating.accommodations_page(kit, actor, test_id, after, limit)


@get("/tests/{test_id:uuid}/accommodations/{account_id:uuid}", policy=policy.may_see_accommodations)
async def read_accommodation(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    account_id: FromPath[UUID],
) -> AccommodationView:
    """What someone has more than the others in a test.

    Raises:
        NotFound: 404, also when they have nothing.
    """
    return await accommodating.accommodation(kit, actor, test_id, account_id)


@put("/tests/{test_id:uuid}/accommodations/{account_id:uuid}", policy=policy.may_accommodate)
async def set_accommodation(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    account_id: FromPath[UUID],
    data: JSONBody[SetAccommodation],
) -> AccommodationView:
    """Give a learner of the course more time, other dates or more attempts; it holds at once.

    Raises:
        UnfitTest: 422, the test would close for them before it opens.
    """
    return await accommodating.accommodate(kit, actor, test_id, account_id, data)


@delete("/tests/{test_id:uuid}/accommodations/{account_id:uuid}", policy=policy.may_accommodate)
async def withdraw_accommodation(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    account_id: FromPath[UUID],
) -> None:
    """Take an accommodation back; it holds at once.

    Raises:
        NotFound: 404, there is none.
    """
    await accommodating.withdraw(kit, actor, test_id, account_id)


ROUTES = [
    read_tests,
    begin_test,
    read_test,
    change_test,
    copy_test,
    publish_test,
    read_test_revisions,
    read_accommodations,
    read_accommodation,
    set_accommodation,
    withdraw_accommodation,
]
