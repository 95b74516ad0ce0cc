"""What goes over the wire: commands that come in, views and pages that go out."""

import base64
import binascii
import re
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from banyan.kit.problems import FieldError, Malformed

__all__ = [
    "UNSET",
    "Command",
    "Cursor",
    "LongText",
    "Moment",
    "Name",
    "NoNul",
    "Page",
    "Text",
    "UnsetType",
    "View",
    "cursor",
    "decode",
    "field_error",
    "read_cursor",
    "read_moment",
]

T = TypeVar("T")
UNSET = msgspec.UNSET
UnsetType = msgspec.UnsetType

_FIELD = re.compile(r"(?:unknown|required) field `(.*)`")
NoNul = r"^[^\x00]*$"  # PostgreSQL's text cannot hold it
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$")]
Text = Annotated[str, msgspec.Meta(max_length=2_000, pattern=NoNul)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
LongText = Annotated[str, msgspec.Meta(max_length=500_000, pattern=NoNul)]
Cursor = Annotated[str, msgspec.Meta(max_length=400, pattern=r"^[A-Za-z0-9_-]*$")]


class Command(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A request body. A field that is not known is refused; a field left out of a change is `UNSET`."""


class View(msgspec.Struct, kw_only=True):
    """An answer."""


class Page(msgspec.Struct, Generic[T]):
    """Part of a list; `next` continues it, or is null at its end."""

    items: list[T]
    next: str | None


def decode(body: bytes, kind: type[T]) -> T:
    """A JSON body as a command, for a route that takes more than one kind of body.

    Raises:
        Malformed: it is not one; the problem says where.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        message, _, path = str(error).partition(" - at `$")
        raise Malformed(errors=[field_error(path.rstrip("`"), message)]) from None
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None


def field_error(path: str, message: str) -> FieldError:
    """What msgspec says is wrong at a path such as `modules[2].title`, or with a field that the message names."""
    steps = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", path).strip(".")
    named = _FIELD.search(message)
    tail = named[1].replace("~", "~0").replace("/", "~1") if named else ""
    return FieldError("".join(f"/{step}" for step in [*steps.split("."), tail] if step), message)


def cursor(*key: Any) -> str:
    """An opaque cursor that continues after the row with this sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def read_cursor(text: str | None, *kinds: type[Any]) -> tuple[Any, ...] | None:
    """The sort key in a cursor, or None for the beginning.

    Raises:
        Malformed: the cursor is not one of ours.
    """
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=tuple[kinds])  # type: ignore[valid-type]  # built at run time
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise Malformed(errors=[FieldError("after", "This is not a cursor that a list gave.")]) from None


def read_moment(text: str | None, name: str) -> datetime | None:
    """The moment in the query parameter `name`, strictly as RFC 3339 has it; None for none.

    Raises:
        Malformed: it is no moment, or has no time zone.
    """
    if text is None:
        return None
    try:
        return msgspec.convert(text, Moment)
    except msgspec.ValidationError as error:
        raise Malformed(errors=[field_error(name, str(error))]) from None
