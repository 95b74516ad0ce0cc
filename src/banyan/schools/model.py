"""A school: a tenant of the installation."""

from typing import Annotated, Literal, NewType
from uuid import UUID

import msgspec

from banyan.kit.wire import UNSET, Command, Name, Text, UnsetType, View

__all__ = ["ChangeSchool", "Locale", "School", "SchoolId", "TimeZone"]

SchoolId = NewType("SchoolId", UUID)
Locale = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
TimeZone = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]


class School(View):
    """A school, as its people and its visitors see it."""

    id: UUID
    name: str
    description: str
    locale: str
    time_zone: str
    sign_up: Literal["open", "closed"]
    catalogue: Literal["public", "members"]
    version: int


class ChangeSchool(Command):
    """What an admin changes; `version` is the one that was changed."""

    version: int
    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    sign_up: Literal["open", "closed"] | UnsetType = UNSET
    catalogue: Literal["public", "members"] | UnsetType = UNSET
