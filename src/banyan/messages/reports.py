"""Reports of messages, and what moderators decide about them."""

from uuid import UUID

from banyan import courses, groups, notifications
from banyan.groups import Standing
from banyan.kit.actor import Actor
from banyan.kit.deeds import Deed
from banyan.kit.ids import new_id
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor
from banyan.messages import policy, store, store_changes
from banyan.messages.changes import delete_in
from banyan.messages.model import (
    AlreadyDecided,
    AlreadyReported,
    DecideReport,
    Message,
    ReportMessage,
    ReportState,
    ReportView,
)
from banyan.messages.store import ReportRow
from banyan.messages.turns import Turn, turn
from banyan.messages.views import message_view
from banyan.notifications import GroupName, Notice, NoticeData

__all__ = ["decide", "report", "reports_of"]

_RATE = "60 per hour"  # each is told to all who moderate


async def report(kit: Kit, actor: Actor, group_id: UUID, seq: int, command: ReportMessage) -> ReportView:
    """Tell the moderators of a group and the teachers of its course that something is wrong with a message.

    Raises:
        NotFound, Forbidden: the actor is not in the group.
        TakenBack: it is deleted.
        AlreadyReported: by the actor.
        TooMany: too many reports in an hour.
    """
    await kit.limiter.check(_RATE, "report", str(actor.id))
    async with turn(kit, actor, group_id) as now:
        policy.may_report(now.standing)
        message = await now.live_message(seq)
        report_id = new_id()
        if not await store_changes.add_report(now.tx, group_id, report_id, seq, actor.id, command.reason):
            raise AlreadyReported
        row = await store.report_for_write(now.tx, group_id, report_id)
        course = await courses.fresh_head(now.tx, now.standing.group.course_id)
        told = {*await groups.moderators(now.tx, group_id), *course.staff}
        data = _notice(now.standing, seq, command.reason)
        told -= {actor.id, message.author.id}
        await notifications.notify(kit, now.tx, [Notice(one, "report", data) for one in sorted(told)])
    return _view(row, message_view(group_id, message))


async def reports_of(
    kit: Kit, actor: Actor, group_id: UUID, state: ReportState | None, after: str | None, limit: int
) -> Page[ReportView]:
    """The reports of a group's messages, the newest first.

    Raises:
        NotFound, Forbidden: the actor does not moderate the group.
        Malformed: `after` is not a cursor of such a list.
    """
    policy.may_moderate(await groups.standing(kit, actor, group_id))
    start = read_cursor(after, UUID)
    rows = await store.reports(kit.db.read(), group_id, state, start[0] if start else None, limit + 1)
    shown = rows[:limit]
    messages = {
        row.seq: message_view(group_id, row)
        for row in await store.messages(kit.db.read(), group_id, sorted({row.seq for row in shown}))
    }
    following = cursor(shown[-1].id) if len(rows) > limit else None
    return Page([_view(row, messages[row.seq]) for row in shown], following)


async def decide(kit: Kit, actor: Actor, group_id: UUID, report_id: UUID, command: DecideReport) -> None:
    """Decide about a report. If it was right, the message is deleted, and with it all reports of it are settled.

    Raises:
        NotFound, Forbidden: the actor does not moderate the group, or it is their own message.
        AlreadyDecided
    """
    upheld = command.state == "upheld"
    async with turn(kit, actor, group_id) as now:
        policy.may_moderate(now.standing)
        row = await store.report_for_write(now.tx, group_id, report_id)
        message = await now.message(row.seq)
        policy.may_decide(now.standing, message.author.id)
        if row.state != "open":
            raise AlreadyDecided
        others = row.seq if upheld else None
        reporters = await store_changes.decide(now.tx, group_id, report_id, others, command.state, now.standing.person)
        if upheld and message.deleted_at is None:
            await delete_in(now, message)
        await _note(now, row, message.author.id, command.state)
        data = _notice(now.standing, row.seq, command.state)
        await notifications.notify(
            kit, now.tx, [Notice(one, "report_decided", data) for one in sorted(reporters) if one != actor.id]
        )


def _notice(standing: Standing, seq: int, text: str) -> NoticeData:
    group = GroupName(id=standing.group.id, name=standing.group.name)
    return NoticeData(group=group, author=standing.person, seq=seq, text=text)


async def _note(now: Turn, row: ReportRow, author_id: UUID, state: str) -> None:
    await now.tx.emit(
        Deed(
            now.actor,
            f"messages.report_{state}",
            f"group:{now.group_id}",
            course_id=now.standing.group.course_id,
            details={"seq": row.seq, "author": str(author_id), "reporter": str(row.reporter.id)},
        )
    )


def _view(row: ReportRow, message: Message) -> ReportView:
    return ReportView(
        id=row.id,
        message=message,
        reporter=row.reporter,
        reason=row.reason,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        created_at=row.created_at,
    )
