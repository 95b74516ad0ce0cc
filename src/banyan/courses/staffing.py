"""Who is on the staff of a course, and as what."""

from uuid import UUID

from banyan import accounts
from banyan.courses import heads, policy, store
from banyan.courses.events import StaffLeft
from banyan.courses.model import AddStaff, CourseHead, SetStaff, StaffAccount, StaffMember, StaffRole
from banyan.courses.problems import LastOwner, NoSuchAccount
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.deeds import Deed, Detail
from banyan.kit.problems import FieldError, NotFound
from banyan.kit.toolbox import Kit

__all__ = ["add_staff", "on_renamed", "remove_staff", "set_staff", "staff"]


async def staff(kit: Kit, actor: Actor, course_id: UUID) -> list[StaffMember]:
    """The staff of a course: owners, teachers, assistants, each by name.

    Raises:
        NotFound, Forbidden: see `policy.may_own`.
    """
    policy.may_own(actor, await heads.course_head(kit.db, kit.cache, course_id))
    return [
        StaffMember(account=StaffAccount(id=row.account_id, name=row.name, email=row.email), role=row.role)
        for row in await store.staff(kit.db.read(), course_id)
    ]


async def add_staff(kit: Kit, actor: Actor, course_id: UUID, new: AddStaff) -> StaffMember:
    """Bring someone of the school, known by their address, to the staff; one who is on it gets the new role.

    Raises:
        NoSuchAccount: nobody at the school has this address.
        LastOwner: they are the only owner.
    """
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_own(actor, course)
        account = (await accounts.accounts_by_email(tx, course.school_id, [new.email])).get(new.email)
        if account is None:
            raise NoSuchAccount(errors=[FieldError("/email", "Nobody at this school has this address.")])
        return await _put(kit, tx, actor, course, account, new.role)


async def set_staff(kit: Kit, actor: Actor, course_id: UUID, account_id: UUID, wanted: SetStaff) -> StaffMember:
    """Give someone of the school a role in the staff.

    Raises:
        NotFound: nobody at the school has this id.
        LastOwner: they are the only owner.
    """
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_own(actor, course)
        account = await accounts.account_of(tx, account_id)
        here = (await accounts.accounts_by_email(tx, course.school_id, [account.email])).get(account.email)
        if here is None or here.id != account_id:
            raise NotFound
        return await _put(kit, tx, actor, course, account, wanted.role)


async def remove_staff(kit: Kit, actor: Actor, course_id: UUID, account_id: UUID) -> None:
    """Take someone off the staff; whoever is on it may leave.

    Raises:
        NotFound: they are not on it.
        LastOwner: they are the only owner.
    """
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_remove_staff(actor, course, account_id)
        _check_owner_left(course, account_id)
        if not await store.remove_staff(tx, course_id, account_id):
            raise NotFound
        heads.changed(tx, kit.cache, course_id)
        await _tell(tx, actor, course, await accounts.account_of(tx, account_id), None)
        await tx.emit(StaffLeft(course_id, account_id, actor))


async def on_renamed(_kit: Kit, tx: Writer, event: accounts.Renamed) -> None:
    """Reaction: courses show the new name."""
    await store.rename_staff(tx, event.account_id, event.name, event.email)


async def _put(
    kit: Kit, tx: Writer, actor: Actor, course: CourseHead, account: accounts.Account, role: StaffRole
) -> StaffMember:
    if role != "owner":
        _check_owner_left(course, account.id)
    await store.put_staff(tx, course.id, account.id, role, name=account.name, email=account.email)
    heads.changed(tx, kit.cache, course.id)
    await _tell(tx, actor, course, account, role)
    return StaffMember(account=StaffAccount(id=account.id, name=account.name, email=account.email), role=role)


async def _tell(
    tx: Writer, actor: Actor, course: CourseHead, account: accounts.Account, role: StaffRole | None
) -> None:
    before = course.staff.get(account.id)
    if role != before:
        details: dict[str, Detail] = {"name": account.name, "before": before, "after": role}
        await tx.emit(Deed(actor, "courses.staff_changed", f"account:{account.id}", course.id, details))


def _check_owner_left(course: CourseHead, leaving: UUID) -> None:
    owners = [account for account, role in course.staff.items() if role == "owner"]
    if owners == [leaving]:
        raise LastOwner("Make someone else an owner first.")
