"""Revisions: a course as it was published, which learners read."""

from banyan.kit.domain import Domain
from banyan.revisions.differences import draft_changes
from banyan.revisions.model import CourseCard, CoursePublished, Document, DocumentFile, Published, Revision
from banyan.revisions.outline import Outline, OutlineItem, OutlineModule
from banyan.revisions.reading import card, document, published, published_many
from banyan.revisions.routes import ROUTES
from banyan.revisions.service import publish

__all__ = [
    "DOMAIN",
    "CourseCard",
    "CoursePublished",
    "Document",
    "DocumentFile",
    "Outline",
    "OutlineItem",
    "OutlineModule",
    "Published",
    "Revision",
    "card",
    "document",
    "draft_changes",
    "publish",
    "published",
    "published_many",
]

DOMAIN = Domain(name="revisions", routes=ROUTES)
