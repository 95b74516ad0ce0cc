"""Who may do what in a group: pure functions of how someone stands to it."""

from uuid import UUID

from banyan.classes import ClassArchived, ClassStanding, may_see_class
from banyan.groups.model import MemberRow, Role, Standing
from banyan.groups.problems import GroupArchived, Muted, TakenOut
from banyan.kit.actor import Actor
from banyan.kit.problems import Forbidden, NotFound

__all__ = [
    "is_oneself",
    "may_begin_group",
    "may_change_group",
    "may_change_member",
    "may_find",
    "may_join",
    "may_moderate",
    "may_moderate_member",
    "may_post",
    "may_read",
    "may_remove",
]

_RANKS: dict[Role, int] = {"member": 0, "moderator": 1, "owner": 2}


def is_oneself(actor: Actor) -> None:
    """Everyone signed in sees their own groups: every statement behind it is keyed by them."""


def may_find(standing: Standing, *, in_class: bool) -> None:
    """Members and staff find a group, and the whole class one that is not by invitation.

    Raises:
        NotFound: for everyone else.
    """
    if standing.staff or standing.state in ("active", "requested"):
        return
    if not in_class or standing.group.admission == "invitation":
        raise NotFound


def may_read(standing: Standing) -> None:
    """Members and the staff of the course read what is said in a group, and see who is in it.

    Raises:
        Forbidden: someone who finds it, but is not in it.
    """
    if not standing.inside and not standing.staff:
        raise Forbidden("Only the members of this group see what is in it.")


def may_post(standing: Standing) -> None:
    """Members write in a group; staff, too, once they have joined it.

    Raises:
        Forbidden: someone who is not a member.
        GroupArchived: the group is archived.
        Muted: a moderator has muted them.
    """
    if not standing.inside:
        raise Forbidden("Join this group to write in it.")
    if standing.group.state == "archived":
        raise GroupArchived
    if standing.is_muted():
        raise Muted(f"You can write again from {standing.muted_until:%Y-%m-%d %H:%M} UTC.")


def may_moderate(standing: Standing) -> None:
    """The owners and moderators of a group, and the staff of its course.

    Raises:
        Forbidden: everyone else.
    """
    if not standing.moderates:
        raise Forbidden("Only the moderators of this group may do this.")


def may_change_group(standing: Standing) -> None:
    """The owners of a group, and the staff of its course.

    Raises:
        Forbidden: everyone else.
    """
    if not standing.staff and standing.role != "owner":
        raise Forbidden("Only the owners of this group change it.")


def may_begin_group(actor: Actor, standing: ClassStanding) -> None:
    """Learners of a class make groups where the class says so; the teachers of its course always do.

    Raises:
        NotFound: the actor cannot see the class.
        Forbidden: the teachers make its groups.
        ClassArchived: the class is archived.
    """
    may_see_class(actor, standing)
    learner = standing.inside and standing.class_.groups_by == "learners"
    if not learner and standing.role not in ("owner", "teacher"):
        raise Forbidden("The teachers make the groups of this class.")
    if standing.class_.state == "archived":
        raise ClassArchived


def may_join(standing: Standing, *, in_class: bool, invited: bool) -> None:
    """Whoever is in the class comes in or asks to, and by invitation where there must be one; staff always.

    Raises:
        NotFound: someone who cannot find the group.
        Forbidden: someone who is or wants to be in it, but is no longer in the class.
        TakenOut: a moderator has taken them out.
        GroupArchived: the group is archived.
    """
    if not (in_class and invited):
        may_find(standing, in_class=in_class)
    if not in_class and not standing.staff:
        raise Forbidden("Only those who are in the class come into its groups.")
    if standing.state == "removed" and not standing.staff:
        raise TakenOut
    if standing.group.state == "archived":
        raise GroupArchived


def may_moderate_member(standing: Standing, member: MemberRow) -> None:
    """Moderators mute and take out those below them: staff everyone, owners all but owners, moderators members.

    Raises:
        Forbidden: the actor is no moderator, or the member is not below them.
    """
    may_moderate(standing)
    if not standing.staff and _RANKS[standing.role or "member"] <= _RANKS[member.role]:
        raise Forbidden("Only those above them may do this to a moderator or an owner.")


def may_change_member(standing: Standing, member: MemberRow | None, *, role: bool, mute: bool) -> None:
    """Moderators mute those below them; owners and the staff of the course give roles.

    Raises:
        Forbidden: as for `may_moderate_member`, and for roles as for `may_change_group`.
        NotFound: there is no such member.
    """
    may_moderate(standing)
    if role:
        may_change_group(standing)
    if member is None or member.state != "active":
        raise NotFound
    if mute:
        may_moderate_member(standing, member)


def may_remove(standing: Standing, account_id: UUID, member: MemberRow | None) -> None:
    """Everyone may leave, and take their request back; moderators take out those below them.

    Raises:
        Forbidden: as for `may_moderate_member`.
        NotFound: they are not in the group, and have not asked to be.
    """
    if standing.account_id != account_id:
        may_moderate(standing)
    if member is None or member.state not in ("active", "requested"):
        raise NotFound
    if standing.account_id != account_id:
        may_moderate_member(standing, member)
