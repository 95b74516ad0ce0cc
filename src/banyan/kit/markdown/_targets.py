"""Where links and pictures lead.

Web addresses stay; everything else is asked of the caller's `resolve`, but what could do harm (`javascript:`, `data:`,
`file:`): that loses its link and keeps its text.
"""

import re
from urllib.parse import quote

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

from banyan.kit.markdown._headings import anchor
from banyan.kit.markdown._page import Page
from banyan.kit.markdown._people import mark_people
from banyan.kit.markdown._positions import lines_of, paragraphs

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_HARMFUL = frozenset({"javascript", "vbscript", "data", "file", "blob", "about", "filesystem", "view-source", "jar"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_IGNORED = re.compile(r"[\x00-\x1f\x7f]")
_SITE = re.compile(r"[/\\]{2}")


def settle_targets(tokens: list[Token], page: Page) -> None:
    """Replace each link's and picture's target by its address, or mark it as broken."""
    for token, first in paragraphs(tokens):
        if token.type == "inline" and token.children:
            _settle(token.children, first, page)


def _settle(children: list[Token], first: int, page: Page) -> None:
    if page.people:
        mark_people(children, page)
    as_text = False
    for child, line in lines_of(children, first):
        if child.type == "link_open":
            address = link_address(str(child.attrs.get("href", "")), page, line)
            as_text = address is None
            if address is None:
                _mark_broken(child)
            else:
                child.attrs["href"] = address
                if is_external(address):
                    child.attrs["rel"] = "noopener noreferrer"
        elif child.type == "link_close" and as_text:
            child.tag = "span"
            as_text = False
        elif child.type == "image":
            _settle(child.children or [], line, page)
            address = picture_address(str(child.attrs.get("src", "")), page, line)
            if address is None:
                child.type = "broken_image"
            else:
                child.attrs["src"] = address


def _mark_broken(token: Token) -> None:
    token.tag = "span"
    token.attrs = {"class": "broken-link"}


def is_web(target: str) -> bool:
    """Whether a target is an address on the web, so that there is nothing to resolve."""
    scheme = _SCHEME.match(target)
    return bool(_SITE.match(target)) or (scheme is not None and scheme[1].lower() in SCHEMES)


def is_external(address: str) -> bool:
    """Whether an address leads to another site."""
    return address.startswith(("http://", "https://", "//"))


def link_address(written: str, page: Page, line: int) -> str | None:
    """The address of a link's target; None, with a warning, where it leads nowhere or somewhere unsafe."""
    target = _IGNORED.sub("", written).strip()
    if is_web(target):
        return _encoded(target)
    if _is_harmful(target):
        page.warn(line, "unsafe_link", f"A link may not lead to “{_short(target)}”; its text is kept.")
        return None
    for own in (anchor(target[1:]), target[1:]) if target.startswith("#") else ():
        if own in page.anchors:
            return "#" + quote(own)
    address = _resolved(target, page)
    if address is None:
        page.warn(line, "broken_link", f"There is nothing at “{_short(target)}” to link to.")
    return address


def picture_address(written: str, page: Page, line: int) -> str | None:
    """The address of a picture; None, with a warning, where there is none or it is on another site."""
    target = _IGNORED.sub("", written).strip()
    if is_external(target.lower()) or _SITE.match(target):
        page.warn(line, "external_picture", f"“{_short(target)}” is on another site; upload it to show it.")
        return None
    if _is_harmful(target):
        page.warn(line, "unsafe_link", f"A picture may not come from “{_short(target)}”.")
        return None
    address = _resolved(target, page)
    if address is None:
        page.warn(line, "broken_picture", f"There is no picture at “{_short(target)}”.")
    return address


def _is_harmful(target: str) -> bool:
    scheme = _SCHEME.match(target)
    return scheme is not None and scheme[1].lower() in _HARMFUL


def _resolved(target: str, page: Page) -> str | None:
    if page.resolve is not None and target:
        address = page.resolve(target)
        return None if address is None else _encoded(address)
    return None if not target or target.startswith("#") or _SCHEME.match(target) else _encoded(target)


def _encoded(address: str) -> str | None:
    try:
        return normalizeLink(address.replace("\\", "/"))
    except ValueError:
        return None


def _short(target: str) -> str:
    return target if len(target) <= 80 else target[:79] + "…"
