"""What an item of each kind holds."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from banyan.courses.model import ItemKind
from banyan.courses.problems import DatesReversed, UnfitContent
from banyan.kit.problems import FieldError

__all__ = ["check_content", "check_dates", "settled_address"]

_YOUTUBE = ("youtube.com", "www.youtube.com", "m.youtube.com", "youtube-nocookie.com", "www.youtube-nocookie.com")
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([^/]+)/?")
_VIMEO_PATH = re.compile(r"/(?:video/)?(\d+)(?:/([0-9a-f]+))?/?")
_START = re.compile(r"\d{1,6}")
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def check_content(kind: ItemKind, *, source: str, url: str | None, file_id: Any) -> None:
    """A file has a file, a link an address, a video one of both; a text may go with each of them.

    A test has nothing of it: what it consists of is kept elsewhere.

    Raises:
        UnfitContent: this one has not.
    """
    wrong: list[FieldError] = []
    if kind == "file" and file_id is None:
        wrong.append(FieldError("/file_id", "An item of this kind has a file."))
    if kind == "link" and url is None:
        wrong.append(FieldError("/url", "An item of this kind has an address."))
    if kind == "video" and (url is None) == (file_id is None):
        wrong.append(FieldError("/url", "A video has either an address or a file."))
    if kind in ("lesson", "file", "test") and url is not None:
        wrong.append(FieldError("/url", "An item of this kind has no address."))
    if kind in ("lesson", "link", "test") and file_id is not None:
        wrong.append(FieldError("/file_id", "An item of this kind has no file."))
    if kind == "test" and source:
        wrong.append(FieldError("/source", "A test has a description of its own."))
    if wrong:
        raise UnfitContent(wrong[0].detail, errors=wrong)


def check_dates(release_at: datetime | None, due_at: datetime | None) -> None:
    """An item opens before it is due, in years that every clock can show.

    Raises:
        DatesReversed: it does not.
        UnfitContent: a date before 1970 or after 8999.
    """
    for name, moment in (("release_at", release_at), ("due_at", due_at)):
        if moment is not None and not _EARLIEST <= moment < _LATEST:
            raise UnfitContent(errors=[FieldError(f"/{name}", "Choose a date from 1970 on.")])
    if release_at is not None and due_at is not None and release_at >= due_at:
        raise DatesReversed(errors=[FieldError("/due_at", "This must be after the release date.")])


def settled_address(kind: ItemKind, url: str | None) -> str | None:
    """The address as it is kept; one of a YouTube or Vimeo video in the one form that the player knows.

    Raises:
        UnfitContent: nothing that a browser should open from a course.
    """
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        host = ""
    schemes = ("https",) if kind == "video" else ("https", "http")
    if not host or parts.scheme not in schemes or parts.username is not None or parts.password is not None:
        wanted = " or ".join(f"{scheme}://" for scheme in schemes)
        raise UnfitContent(errors=[FieldError("/url", f"This is not an address that begins with {wanted}")])
    return (_player_address(host, url) or url) if kind == "video" else url


def _player_address(host: str, url: str) -> str | None:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    video = ""
    if host == "youtu.be":
        video = parts.path.strip("/")
    elif host in _YOUTUBE:
        path = _YOUTUBE_PATH.fullmatch(parts.path)
        video = path[1] if path else query.get("v", [""])[0]
    if _YOUTUBE_ID.fullmatch(video):
        start = (query.get("t") or query.get("start") or [""])[0].removesuffix("s")
        return f"https://www.youtube.com/watch?v={video}" + (f"&t={start}s" if _START.fullmatch(start) else "")
    vimeo = _VIMEO_PATH.fullmatch(parts.path) if host in ("vimeo.com", "www.vimeo.com", "player.vimeo.com") else None
    if vimeo:
        secret = vimeo[2] or query.get("h", [""])[0]
        return f"https://vimeo.com/{vimeo[1]}" + (f"/{secret}" if re.fullmatch(r"[0-9a-f]+", secret) else "")
    return None
