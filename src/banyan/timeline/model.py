"""What is told of the days to come."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from banyan.courses import ItemKind
from banyan.kit.wire import View
from banyan.learning import ProgressState

__all__ = ["Moment", "MomentCourse", "MomentItem"]


class MomentCourse(View):
    """The course of a moment."""

    id: UUID
    title: str


class MomentItem(View):
    """The item of a moment."""

    id: UUID
    title: str
    kind: ItemKind


class Moment(View):
    """Something that opens or falls due."""

    course: MomentCourse
    item: MomentItem
    event: Literal["release", "due"]
    at: datetime
    state: ProgressState | None
