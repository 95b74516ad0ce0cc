"""HTML as Markdown: the same to look at, and pleasant to edit.

What Markdown has no words for (tables, definition lists, underlining, raised and lowered letters) stays HTML, which
Banyan's Markdown takes; what would run or load something is left out, and named.
"""

import re
from collections.abc import Sequence
from html import escape

from banyan.formats.prose.plain import BREAK, escaped_lines, formulas
from banyan.formats.prose.tree import VOID, Element, Node, read_html

__all__ = ["looks_like_html", "markdown_of_html"]

_STAYING = "sub sup u s del ins small mark kbd q abbr cite dfn var samp bdi bdo ruby rb rt rp wbr"
_BLOCK_NAMES = """
    p div section article header footer main aside nav center address body html form fieldset
    h1 h2 h3 h4 h5 h6 ul ol li pre blockquote hr table dl dd dt details summary figure figcaption
    thead tbody tfoot tr td th caption
"""
_DROPPED_NAMES = """
    script style template noscript iframe object embed svg applet canvas select textarea button input head title
"""
_OTHERS = "b strong i em code tt a span font label big strike source track colgroup nobr math"
_STAY = frozenset(_STAYING.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_AS_THEY_ARE = frozenset({"table", "dl", "details", "figure"})
_DROPPED = frozenset(_DROPPED_NAMES.split())
_MEDIA = frozenset({"audio", "video"})
_KNOWN = _STAY | _BLOCKS | _DROPPED | _MEDIA | VOID | frozenset(_OTHERS.split())
_KEPT_ATTRIBUTES = (
    "href",
    "src",
    "alt",
    "title",
    "lang",
    "dir",
    "width",
    "height",
    "colspan",
    "rowspan",
    "scope",
    "start",
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_TAG_START = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,20})(?=[\s/>])")
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_TAGS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "strike": "s"}
_PLAIN_TARGET = re.compile(r"[^\s<>()\\]+")


def looks_like_html(text: str) -> bool:
    """Whether there is a tag that HTML knows."""
    return any(match[1].lower() in _KNOWN for match in _TAG_START.finditer(text))


def markdown_of_html(html: str) -> tuple[str, frozenset[str]]:
    """An HTML text as Markdown, and the names of elements that were left out. `BREAK` in it is a line break."""
    writer = _Writer()
    text = "\n\n".join(writer.blocks(read_html(html.replace(BREAK, "<br>")).children))
    return text, frozenset(writer.lost)


class _Writer:
    def __init__(self) -> None:
        self.lost: set[str] = set()

    def blocks(self, nodes: Sequence[Node]) -> list[str]:
        """Paragraphs and what else stands below one another."""
        found: list[str] = []
        line: list[Node] = []
        for node in nodes:
            if isinstance(node, Element) and self._is_block(node):
                self._paragraph(line, found)
                line = []
                found.extend(block for block in self._block(node) if block)
            else:
                line.append(node)
        self._paragraph(line, found)
        return found

    def _is_block(self, element: Element) -> bool:
        if element.name in _BLOCKS:
            return True
        if element.name in _STAY or element.name in _DROPPED or element.name == "a":
            return False
        return any(isinstance(child, Element) and self._is_block(child) for child in element.children)

    def _paragraph(self, nodes: list[Node], found: list[str]) -> None:
        text = escaped_lines(self.line(nodes).strip())
        if text:
            found.append(text)

    def _block(self, element: Element) -> list[str]:  # noqa: PLR0911 -- a table, one line a kind
        match element.name:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6" as name:
                text = " ".join(self.line(element.children).replace(BREAK, " ").split())
                return [f"{'#' * int(name[1])} {text}"] if text else []
            case "ul" | "ol":
                return [self._list(element)]
            case "pre":
                return [_fenced(element.text())]
            case "blockquote":
                inner = "\n\n".join(self.blocks(element.children))
                return ["\n".join(f"> {line}".rstrip() for line in inner.split("\n"))] if inner else []
            case "hr":
                return ["---"]
            case name if name in _AS_THEY_ARE:
                return [self._raw(element)]
        return self.blocks(element.children)

    def _list(self, element: Element) -> str:
        items = [node for node in element.children if isinstance(node, Element)]
        first = element.attributes.get("start", "1")
        number = int(first) if first.isdecimal() and len(first) < 6 else 1
        lines = []
        for index, item in enumerate(items):
            marker = f"{number + index}. " if element.name == "ol" else "- "
            blocks = self.blocks(item.children if item.name == "li" else [item])
            tight = len(blocks) < 3 and all(block.startswith(("- ", "1. ")) for block in blocks[1:])
            body = ("\n" if tight else "\n\n").join(blocks)
            lines.append(marker + body.replace("\n", "\n" + " " * len(marker)))
        return "\n".join(re.sub(r"(?m)^ +$", "", line) for line in lines)

    def line(self, nodes: Sequence[Node]) -> str:
        """What stands in a line, one after the other."""
        text = ""
        for node in nodes:
            piece = formulas(_SPACES.sub(" ", node)) if isinstance(node, str) else self._inline(node, text)
            if text.endswith((" ", BREAK)) and piece.startswith(" "):
                piece = piece.lstrip(" ")
            if piece.startswith("{") and text.endswith((")", "`")):
                piece = "\\" + piece  # Markdown would take it for attributes
            text += piece
        return text

    def _inline(self, element: Element, before: str) -> str:  # noqa: PLR0911 -- a table, one line a kind
        name = element.name
        if name == "br":
            return BREAK
        if name in _DROPPED:
            self.lost.add(name)
            return ""
        if name in _MEDIA:
            return self._medium(element)
        if name == "img":
            return _picture(element)
        if name in {"code", "tt"}:
            return self._code(element)
        inner = self.line(element.children)
        if name == "a":
            return _link(element, inner)
        return self._marked(element, inner, before)

    def _marked(self, element: Element, inner: str, before: str) -> str:
        name = _TAGS.get(element.name, element.name)
        if not inner.strip():
            return inner
        mark = _MARKS.get(name)
        if mark and inner[0].isalnum() and inner[-1].isalnum() and BREAK not in inner and not before.endswith("*"):
            return f"{mark}{inner}{mark}"
        if name in _STAY or mark or name == "s":
            return f"<{name}>{inner}</{name}>"
        if {"lang", "dir"} & element.attributes.keys():
            return f"<span{_attributes(element)}>{inner}</span>"
        if name not in _KNOWN and not element.attributes:
            return f"\\<{name}>{inner}"  # `<commit message>` and the like were meant as text
        return inner

    def _code(self, element: Element) -> str:
        text = element.text()
        if text.strip() == text and text and not set(text) & set("`\n") and BREAK not in text:
            return f"`{text}`"
        return f"<code>{formulas(text)}</code>" if text else ""

    def _medium(self, element: Element) -> str:
        sources = [element, *(child for child in element.children if isinstance(child, Element))]
        target = next((one.attributes["src"] for one in sources if one.attributes.get("src")), "")
        if not target:
            self.lost.add(element.name)
            return ""
        return _link(Element("a", {"href": target}), formulas(target.rpartition("/")[2].strip("@")))

    def _raw(self, element: Element) -> str:
        """An element as HTML without blank lines, so that Markdown leaves all of it alone."""
        if element.name in _DROPPED:
            self.lost.add(element.name)
            return ""
        inner = "".join(
            _raw_text(child, element.name) if isinstance(child, str) else self._raw(child) for child in element.children
        )
        if element.name in VOID:
            return f"<{element.name}{_attributes(element)}>"
        return f"<{element.name}{_attributes(element)}>{inner}</{element.name}>"


def _raw_text(text: str, parent: str) -> str:
    shown = escape(text, quote=False)
    return shown.replace("\n", "&#10;") if parent == "pre" else _SPACES.sub(" ", shown)


def _attributes(element: Element) -> str:
    kept = {name: element.attributes[name] for name in _KEPT_ATTRIBUTES if name in element.attributes}
    return "".join(f' {name}="{escape(_SPACES.sub(" ", value))}"' for name, value in kept.items())


def _target(address: str) -> str:
    address = address.strip()
    if _PLAIN_TARGET.fullmatch(address):
        return address
    return "<" + re.sub(r"([<>\\])", r"\\\1", _SPACES.sub(" ", address)) + ">"


def _picture(element: Element) -> str:
    address = element.attributes.get("src", "").strip()
    if not address:
        return ""
    if {"width", "height"} & element.attributes.keys():
        return f"<img{_attributes(element)}>"
    alt = formulas(_SPACES.sub(" ", element.attributes.get("alt", "")).strip()).replace("]", r"\]")
    return f"![{alt}]({_target(address)})"


def _link(element: Element, inner: str) -> str:
    address = element.attributes.get("href", "").strip()
    if not address or not inner.strip() or BREAK in inner:
        return inner
    return f"[{inner.strip()}]({_target(address)})"


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text.strip(chr(10)).replace(BREAK, chr(10))}\n{fence}"
