"""Study groups: who learns together, and who lets whom in."""

from banyan.accounts import Renamed
from banyan.classes import ClassLeft
from banyan.courses import CourseDeleted, CoursePurged, StaffLeft
from banyan.enrolments import EnrolmentEnded
from banyan.groups import reactions, routes, routes_members
from banyan.groups.heads import group_head, group_heads
from banyan.groups.joining import join
from banyan.groups.model import (
    GroupHead,
    GroupView,
    JoinGroup,
    MembershipRow,
    NewGroup,
    Standing,
)
from banyan.groups.policy import may_moderate, may_post, may_read
from banyan.groups.problems import GroupArchived, Muted
from banyan.groups.service import begin_group
from banyan.groups.standings import admit, standing, standing_in, standings
from banyan.groups.store_members import memberships_of, moderators
from banyan.groups.views import group_views
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "GroupArchived",
    "GroupHead",
    "GroupView",
    "JoinGroup",
    "MembershipRow",
    "Muted",
    "NewGroup",
    "Standing",
    "admit",
    "begin_group",
    "group_head",
    "group_heads",
    "group_views",
    "join",
    "may_moderate",
    "may_post",
    "may_read",
    "memberships_of",
    "moderators",
    "standing",
    "standing_in",
    "standings",
]

DOMAIN = Domain(
    name="groups",
    routes=[*routes.ROUTES, *routes_members.ROUTES],
    reactions={
        ClassLeft: reactions.on_class_left,
        CourseDeleted: reactions.on_course_deleted,
        CoursePurged: reactions.on_course_purged,
        EnrolmentEnded: reactions.on_enrolment_ended,
        Renamed: reactions.on_renamed,
        StaffLeft: reactions.on_staff_left,
    },
)
