"""HTML as a small tree. Never fails, takes one look at each character, and never grows deep."""

import re
from html import unescape

__all__ = ["VOID", "Element", "Node", "read_html"]

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,20})"
    r"""(?P<attributes>(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)>"""
)
_ATTRIBUTE = re.compile(r"""([A-Za-z_:][A-Za-z0-9:._-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_DEEPEST = 40
_MANY = 10_000
VOID = frozenset({"br", "hr", "img", "wbr", "col", "input", "source", "track", "embed", "area", "link", "meta"})
_IMPLIED = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "option": frozenset({"option"}),
}
_BLOCKS = "p div ul ol dl table pre blockquote h1 h2 h3 h4 h5 h6 hr details figure section article"
_ENDS_PARAGRAPH = frozenset(_BLOCKS.split())
_WALLS = frozenset({"ul", "ol", "dl", "table", "td", "th", "blockquote", "div", "body"})


class Element:
    """An element with its attributes; a text among its children is as it is meant, without character references."""

    def __init__(self, name: str, attributes: dict[str, str] | None = None) -> None:
        self.name = name
        self.attributes = attributes or {}
        self.children: list[Node] = []

    def text(self) -> str:
        """All characters within."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


Node = str | Element


def read_html(html: str) -> Element:
    """The tree of an HTML text; what only looks like a tag stays text."""
    return _Reader(html).root


class _Reader:
    def __init__(self, html: str) -> None:
        self.root = Element("body")
        self._open = [self.root]
        self._count = 0
        position = 0
        html = _DECLARATION.sub("", _without_comments(html))
        while (start := html.find("<", position)) >= 0:
            match = _TAG.match(html, start)
            end = match.end() if match else start + 1
            self._text(html[position:start])
            if match is None:
                self._text("<")
            else:
                self._tag(match)
            position = end
        self._text(html[position:])

    def _text(self, text: str) -> None:
        if text:
            self._open[-1].children.append(unescape(text))

    def _tag(self, match: re.Match[str]) -> None:
        name = match["name"].lower()
        if match["end"]:
            self._end(name)
            return
        self._close_implied(name)
        self._count += 1
        if self._count > _MANY or len(self._open) > _DEEPEST:
            return  # what stands within stays
        element = Element(name, _attributes(match["attributes"]))
        self._open[-1].children.append(element)
        if name not in VOID and not match["attributes"].endswith("/"):
            self._open.append(element)

    def _close_implied(self, name: str) -> None:
        ended = _IMPLIED.get(name, frozenset())
        if name in _ENDS_PARAGRAPH and self._open[-1].name == "p":
            self._open.pop()
        while ended and self._open[-1].name not in _WALLS - ended and any(one.name in ended for one in self._open):
            if self._open.pop().name in ended and self._open[-1].name not in ended:
                break

    def _end(self, name: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name == name:
                del self._open[depth:]
                return
            if self._open[depth].name in _WALLS and name in {"b", "i", "em", "strong", "span", "p", "font"}:
                return


def _without_comments(html: str) -> str:
    kept = []
    position = 0
    while (start := html.find("<!--", position)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        kept.append(html[position:start])
        position = end + 3
    return "".join(kept) + html[position:]


def _attributes(source: str) -> dict[str, str]:
    return {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
        for match in _ATTRIBUTE.finditer(source[:20_000])
    }
