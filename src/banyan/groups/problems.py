"""What can be wrong with joining a group and speaking in it."""

from banyan.kit.problems import Conflict, Forbidden, Unprocessable

__all__ = ["AlreadyMember", "GroupArchived", "GroupFull", "Muted", "NotInClass", "TakenOut"]


class GroupArchived(Conflict):
    """Nothing new happens in a group that is archived."""

    code = "group_archived"
    title = "This group is archived"


class GroupFull(Conflict):
    """No places are left."""

    code = "group_full"
    title = "No places are left in this group"


class AlreadyMember(Conflict):
    """They are in the group."""

    code = "already_member"
    title = "They are in this group already"


class Muted(Forbidden):
    """A moderator has asked the caller to be quiet for a while."""

    code = "muted"
    title = "You may not write in this group for the time being"


class TakenOut(Forbidden):
    """A moderator has taken the caller out of the group, and only a moderator can bring them back."""

    code = "taken_out"
    title = "A moderator has taken you out of this group"


class NotInClass(Unprocessable):
    """Only those who are in the class can be in its groups."""

    code = "not_in_class"
    title = "They are not in the class of this group"
