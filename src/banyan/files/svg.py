"""Whether an SVG is only a picture: no script, nothing from elsewhere, no page inside.

Sources: SVG 2, sections 2.3 (secure static mode) and 15 (scripting); CSS Syntax 3, section 4.3.7 (escapes).
"""

import re
from collections.abc import Mapping
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from banyan.files.model import MislabelledFile, UnsafeSvg
from banyan.kit.problems import TooLarge
from banyan.kit.storage import Upload

__all__ = ["check"]

_LARGEST = 4 << 20  # bytes; reading one takes about a second a mebibyte
_DEEPEST = 256
_SVG = "http://www.w3.org/2000/svg"
_REFUSED_ELEMENTS = frozenset(
    {"script", "handler", "listener", "iframe", "embed", "object", "audio", "video", "canvas"}
)
_ANIMATIONS = frozenset({"animate", "animatecolor", "animatemotion", "animatetransform", "set"})
_RASTER = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif)[;,]")
_LINK = re.compile(r"(?:https?:|mailto:|#)")
_CSS_ADDRESS = re.compile(
    r"""url\(\s*["']?\s*([^"')]*)|(@import|image-set\(|image\(|src\(|expression\(|-moz-binding|behavior:)"""
)
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?|\\(.)", re.IGNORECASE | re.DOTALL)
_IGNORED = re.compile(r"[\x00-\x20\x7f-\x9f\u200b\ufeff]")
_SCRIPT = ("javascript:", "vbscript:")


def check(upload: Upload) -> None:
    """Read the whole picture; takes a while for a large one, so call it in a thread.

    Raises:
        TooLarge: over 4 MiB.
        MislabelledFile: it is no SVG, or not well formed.
        UnsafeSvg: `detail` says what is in it.
    """
    if upload.size > _LARGEST:
        raise TooLarge("An SVG may have at most 4 MiB. Large pictures are better as PNG or WebP.")
    parser = DefusedXMLParser(target=_Inspector())
    try:
        parser.feed(upload.head(_LARGEST))
        parser.close()
    except DefusedXmlException:
        raise UnsafeSvg("The picture declares entities.") from None
    except (ParseError, LookupError, ValueError):
        raise MislabelledFile("This is not a well-formed SVG.") from None


class _Inspector:
    """Hears every part of the document as it is read, and keeps nothing of it."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._style: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        namespace, name = _split(tag)
        if not self._path and (namespace not in (_SVG, "") or name != "svg"):
            raise MislabelledFile("This is not an SVG.")
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise UnsafeSvg("Its elements are nested too deeply.")
        if name in _REFUSED_ELEMENTS and namespace in (_SVG, ""):
            raise UnsafeSvg(f"The picture has an element <{name}>.")
        if "xhtml" in namespace or ("foreignobject" in self._path[:-1] and namespace != _SVG):
            raise UnsafeSvg("The picture holds a piece of a web page.")
        for key, value in attributes.items():
            _check_attribute(name, key, value)

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._path.pop() == "style":
            _check_style("".join(self._style))
            self._style.clear()

    def data(self, text: str) -> None:
        """Text."""
        if self._path and self._path[-1] == "style":
            self._style.append(text)

    def pi(self, target: str, _text: str | None = None) -> None:
        """A processing instruction."""
        if target.lower() == "xml-stylesheet":
            raise UnsafeSvg("The picture refers to a style sheet elsewhere.")

    def close(self) -> Any:
        """The end of the document."""


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name.lower()


def _check_attribute(element: str, key: str, value: str) -> None:
    namespace, name = _split(key)
    plain = _IGNORED.sub("", value).lower()
    if name.startswith("on") and not namespace:
        raise UnsafeSvg(f"The picture has an event handler, {name}.")
    if name == "base" and "XML/1998/namespace" in namespace:
        raise UnsafeSvg("The picture takes its references from elsewhere.")
    if name in ("href", "src") and plain:
        _check_reference(element, plain)
    if element in _ANIMATIONS and name == "attributename" and (plain.endswith("href") or plain.startswith("on")):
        raise UnsafeSvg("The picture changes where a link leads.")
    if any(scheme in plain for scheme in _SCRIPT) and name not in ("href", "src"):
        raise UnsafeSvg("The picture has a reference that runs a script.")
    if "(" in value or "@" in value or "\\" in value:
        _check_style(value)


def _check_reference(element: str, target: str) -> None:
    if target.startswith("#") or _RASTER.match(target):
        return
    if element == "a" and _LINK.match(target):
        return  # leads on, and only when someone follows it
    if target.startswith(_SCRIPT):
        raise UnsafeSvg("The picture has a reference that runs a script.")
    raise UnsafeSvg("The picture refers to something outside of itself.")


def _check_style(style: str) -> None:
    plain = _CSS_ESCAPE.sub(_unescaped, style).lower()
    for address, construct in _CSS_ADDRESS.findall(plain):
        if construct:
            raise UnsafeSvg(f"The style of the picture uses {construct.rstrip(':(')}.")
        inside = _IGNORED.sub("", address)
        if inside and not inside.startswith("#") and not _RASTER.match(inside):
            raise UnsafeSvg("The style of the picture refers to something outside of itself.")


def _unescaped(escape: re.Match[str]) -> str:
    if escape[2] is not None:
        return escape[2]
    code = int(escape[1], 16)
    return chr(code) if 0 < code < 0x110000 else "\ufffd"
