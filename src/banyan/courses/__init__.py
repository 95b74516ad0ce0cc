"""Courses as their staff write them: settings, staff, and the draft of modules and items."""

from banyan.accounts import Renamed
from banyan.courses import jobs, routes, routes_draft, staffing
from banyan.courses.copying import title_of_copy
from banyan.courses.drafts import draft, write_draft
from banyan.courses.events import CourseCopied, CourseDeleted, CoursePurged, ItemsChanged, StaffLeft
from banyan.courses.heads import (
    course_head,
    fresh_head,
    head_by_code,
    head_for_write,
    mark_published,
    standing_key,
)
from banyan.courses.links import Links, file_ids_in, files_shown, links_of
from banyan.courses.links import rewrite as rewrite_links
from banyan.courses.model import (
    CourseHead,
    CourseState,
    Difficulty,
    Draft,
    DraftItem,
    DraftItemRow,
    DraftModule,
    DraftPage,
    Enrolment,
    ItemKind,
    NewCourse,
    NewItem,
    NewModule,
    Staffed,
    StaffRole,
    WrittenKind,
)
from banyan.courses.pages import draft_item, draft_page
from banyan.courses.placing import place_item, place_item_after, rename_item
from banyan.courses.policy import may_create, may_see, may_see_draft, may_see_published, may_teach, role_in
from banyan.courses.problems import LastOwner
from banyan.courses.rendering import minutes_for, render_text
from banyan.courses.service import add_course, create_course, set_cover
from banyan.courses.store import owned as courses_owned
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "CourseCopied",
    "CourseDeleted",
    "CourseHead",
    "CoursePurged",
    "CourseState",
    "Difficulty",
    "Draft",
    "DraftItem",
    "DraftItemRow",
    "DraftModule",
    "DraftPage",
    "Enrolment",
    "ItemKind",
    "ItemsChanged",
    "LastOwner",
    "Links",
    "NewCourse",
    "NewItem",
    "NewModule",
    "StaffLeft",
    "StaffRole",
    "Staffed",
    "WrittenKind",
    "add_course",
    "course_head",
    "courses_owned",
    "create_course",
    "draft",
    "draft_item",
    "draft_page",
    "file_ids_in",
    "files_shown",
    "fresh_head",
    "head_by_code",
    "head_for_write",
    "links_of",
    "mark_published",
    "may_create",
    "may_see",
    "may_see_draft",
    "may_see_published",
    "may_teach",
    "minutes_for",
    "place_item",
    "place_item_after",
    "rename_item",
    "render_text",
    "rewrite_links",
    "role_in",
    "set_cover",
    "standing_key",
    "title_of_copy",
    "write_draft",
]

DOMAIN = Domain(
    name="courses",
    routes=[*routes.ROUTES, *routes_draft.ROUTES],
    periodic=[jobs.purge],
    reactions={Renamed: staffing.on_renamed},
)
