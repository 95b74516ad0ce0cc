"""Who may do what with messages: pure functions of how someone stands to their group."""

from uuid import UUID

from banyan.groups import GroupArchived, Standing, may_moderate, may_post, may_read
from banyan.kit.actor import Actor
from banyan.kit.problems import Forbidden

__all__ = [
    "is_oneself",
    "may_decide",
    "may_delete",
    "may_edit",
    "may_mark",
    "may_moderate",
    "may_pin",
    "may_post",
    "may_read",
    "may_report",
    "may_restore",
]


def is_oneself(actor: Actor) -> None:
    """Everyone signed in, for what is theirs: every statement behind it is keyed by them."""


def may_mark(standing: Standing) -> None:
    """Members have a marker of how far they have read.

    Raises:
        Forbidden: someone who is not a member.
    """
    if not standing.inside:
        raise Forbidden("Only the members of this group have a marker in it.")


def may_edit(standing: Standing, author_id: UUID) -> None:
    """Who may write edits what they have written themselves.

    Raises:
        Forbidden: another's message, or someone who is not a member.
        GroupArchived, Muted: as for `may_post`.
    """
    may_post(standing)
    if standing.account_id != author_id:
        raise Forbidden("Only its author edits a message.")


def may_delete(standing: Standing, author_id: UUID) -> None:
    """Members take back what they have written, muted or not; moderators what anyone has.

    Raises:
        Forbidden: another's message, or someone who is not a member.
    """
    if not (standing.moderates or (standing.inside and standing.account_id == author_id)):
        raise Forbidden("Only its author and the moderators delete a message.")


def may_restore(standing: Standing, author_id: UUID, deleted_by: UUID | None) -> None:
    """Whoever has deleted a message brings it back, as long as they might delete it.

    Raises:
        Forbidden: someone else deleted it.
    """
    may_delete(standing, author_id)
    if deleted_by is not None and deleted_by != standing.account_id:
        raise Forbidden("Only who deleted the message brings it back.")


def may_pin(standing: Standing) -> None:
    """Moderators pin, as long as the group is not archived.

    Raises:
        Forbidden: someone else.
        GroupArchived
    """
    may_moderate(standing)
    if standing.group.state == "archived":
        raise GroupArchived


def may_report(standing: Standing) -> None:
    """Members report, muted or not.

    Raises:
        Forbidden: someone who is not a member.
    """
    if not standing.inside:
        raise Forbidden("Only the members of this group report what is said in it.")


def may_decide(standing: Standing, author_id: UUID) -> None:
    """Moderators decide about reports of others' messages.

    Raises:
        Forbidden: someone else, or it is the moderator's own message.
    """
    may_moderate(standing)
    if standing.account_id == author_id:
        raise Forbidden("Another moderator has to decide about your own message.")
