"""Who may send files to a course, and who may read them."""

from banyan.courses import may_see_published, may_teach, role_in
from banyan.kit.actor import Visitor
from banyan.kit.problems import NotFound
from banyan.revisions import Published
from banyan.schools import School

__all__ = ["is_shown_to_all", "may_read_file", "may_send"]

may_send = may_teach


def may_read_file(visitor: Visitor, school: School, published: Published, *, is_cover: bool, enrolled: bool) -> None:
    """Those who are in the course read its files; everyone who may see the course sees its cover.

    Raises:
        NotFound: for everyone else.
        Unauthenticated: the school shows its catalogue to members only.
    """
    may_see_published(visitor, school, published)
    staff = visitor.actor is not None and role_in(published, visitor.actor) is not None
    if not (is_cover or enrolled or staff):
        raise NotFound


def is_shown_to_all(school: School, published: Published, *, is_cover: bool) -> bool:
    """Whether those may read a file, too, who are not signed in: as the cover of a course that all may see."""
    return is_cover and published.state != "draft" and school.catalogue != "members"
