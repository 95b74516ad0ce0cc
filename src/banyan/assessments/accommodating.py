"""Giving accommodations, looking at them and taking them back."""

from uuid import UUID

from banyan import accounts, courses, enrolments
from banyan.accounts import Person, Renamed
from banyan.assessments import accommodations, policy, store, store_accommodations
from banyan.assessments.document import window
from banyan.assessments.model import Accommodated, Accommodation, AccommodationView, Head, SetAccommodation
from banyan.assessments.planning import is_open_to
from banyan.assessments.problems import UnfitTest
from banyan.assessments.standing import standing
from banyan.assessments.store_accommodations import NamedRow
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.deeds import Deed, Detail
from banyan.kit.problems import FieldError, NotFound
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor

__all__ = ["accommodate", "accommodation", "accommodations_page", "on_renamed", "withdraw"]


async def accommodations_page(
    kit: Kit, actor: Actor, test_id: UUID, after: str | None, limit: int
) -> Page[AccommodationView]:
    """Who has more than the others in a test, by name.

    Raises:
        NotFound, Forbidden: see `policy.may_see_accommodations`.
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, str, UUID)
    test, course, enrolled = await standing(kit, actor, test_id)
    policy.may_see_accommodations(actor, test, course, enrolled=enrolled)
    rows = await store_accommodations.page(kit.db.read(), test_id, (start[0], start[1]) if start else None, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page([_view(row) for row in rows[:limit]], cursor(last.name, last.account_id) if last else None)


async def accommodation(kit: Kit, actor: Actor, test_id: UUID, account_id: UUID) -> AccommodationView:
    """What someone has more than the others in a test.

    Raises:
        NotFound: they have nothing, or as for `policy.may_see_accommodations`.
        Forbidden: see there.
    """
    test, course, enrolled = await standing(kit, actor, test_id)
    policy.may_see_accommodations(actor, test, course, enrolled=enrolled)
    found = await store_accommodations.one(kit.db.read(), test_id, account_id)
    if found is None:
        raise NotFound
    return _view(found)


async def accommodate(
    kit: Kit, actor: Actor, test_id: UUID, account_id: UUID, wanted: SetAccommodation
) -> AccommodationView:
    """Give a learner of the course more time, other dates or more attempts, instead of what they had.

    Raises:
        NotFound: nobody of this id learns in the course, or as for `policy.may_accommodate`.
        Forbidden: see there.
        UnfitTest: the test would close for them before it opens; `errors` says so.
    """
    test, course, enrolled = await standing(kit, actor, test_id)
    policy.may_accommodate(actor, test, course, enrolled=enrolled)
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, test.course_id)
        row = await store.test(tx, test_id)
        policy.may_accommodate(actor, row, course, enrolled=enrolled)
        if not await enrolments.enrolled_among(tx, course.id, [account_id]):
            raise NotFound
        learner = await accounts.account_of(tx, account_id)
        given = Accommodation(
            account_id=account_id,
            extra_percent=wanted.extra_percent,
            extra_minutes=wanted.extra_minutes,
            extra_attempts=wanted.extra_attempts,
            opens_at=wanted.opens_at,
            closes_at=wanted.closes_at,
        )
        for name in ("opens_at", "closes_at"):
            if not is_open_to(getattr(wanted, name)):
                raise UnfitTest(errors=[FieldError(f"/{name}", "Choose a date from 1970 on.")])
        own = window(row.settings, given)
        if own.opens_at is not None and own.closes_at is not None and own.opens_at >= own.closes_at:
            raise UnfitTest(errors=[FieldError("/closes_at", "The test must open before it closes.")])
        await store_accommodations.put(tx, test_id, account_id, learner.name, wanted)
        accommodations.changed(tx, kit, test_id)
        await tx.emit(Accommodated(test_id, given))
        details: dict[str, Detail] = {
            "account": str(account_id),
            "learner": learner.name,
            "extra_percent": wanted.extra_percent,
            "extra_minutes": wanted.extra_minutes,
            "extra_attempts": wanted.extra_attempts,
            "opens_at": wanted.opens_at.isoformat() if wanted.opens_at else None,
            "closes_at": wanted.closes_at.isoformat() if wanted.closes_at else None,
        }
        await _note(tx, actor, "assessments.accommodated", row, details)
        found = await store_accommodations.one(tx, test_id, account_id)
        if found is None:
            raise NotFound
        return _view(found)


async def withdraw(kit: Kit, actor: Actor, test_id: UUID, account_id: UUID) -> None:
    """Take an accommodation back.

    Raises:
        NotFound: there is none, or as for `policy.may_accommodate`.
        Forbidden: see there.
    """
    test, course, enrolled = await standing(kit, actor, test_id)
    policy.may_accommodate(actor, test, course, enrolled=enrolled)
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, test.course_id)
        policy.may_accommodate(actor, await store.head(tx, test_id), course, enrolled=enrolled)
        name = await store_accommodations.remove(tx, test_id, account_id)
        if name is None:
            raise NotFound
        accommodations.changed(tx, kit, test_id)
        await _note(
            tx, actor, "assessments.accommodation_withdrawn", test, {"account": str(account_id), "learner": name}
        )


async def on_renamed(_kit: Kit, tx: Writer, event: Renamed) -> None:
    """Reaction: accommodations show the new name."""
    await store_accommodations.rename(tx, event.account_id, event.name)


async def _note(tx: Writer, actor: Actor, action: str, test: Head, details: dict[str, Detail]) -> None:
    await tx.emit(Deed(actor, action, f"test:{test.id}", test.course_id, {"title": test.title, **details}))


def _view(row: NamedRow) -> AccommodationView:
    return AccommodationView(
        account=Person(id=row.account_id, name=row.name),
        extra_percent=row.extra_percent,
        extra_minutes=row.extra_minutes,
        extra_attempts=row.extra_attempts,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )
