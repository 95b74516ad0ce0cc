"""HTML that an author wrote among the Markdown.

What the sanitiser would let through is written anew, attribute by attribute; what could do harm is removed with a
warning; a tag that no HTML knows (`<commit message here>`) was meant as text, and is shown as such.
"""

import re
from collections.abc import Iterator
from html import escape, unescape

from markdown_it.common.html_re import close_tag, open_tag
from markdown_it.token import Token

from banyan.kit.markdown._page import Page
from banyan.kit.markdown._positions import lines_of, paragraphs
from banyan.kit.markdown._sanitiser import PROSE
from banyan.kit.markdown._targets import is_external, link_address, picture_address

_KEPT_ATTRIBUTES = frozenset(
    {"title", "lang", "dir", "colspan", "rowspan", "scope", "start", "reversed", "open", "span"}
)
_PICTURE_ATTRIBUTES = frozenset({"width", "height"})
_HARMFUL_ATTRIBUTES = frozenset({"style", "srcdoc", "formaction"})
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_ENDED_BY_NEXT = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "rp", "rt"})
_SPANNING = frozenset({"div", "details", "summary", "blockquote", "table", "ul", "ol", "dl", "figure"})
_SILENCED = """
    iframe math noembed noframes noscript object script select style svg template textarea title xmp
"""
_REFUSED = """
    applet area audio base body button canvas dialog embed fieldset form frame frameset head html input link map
    marquee meta option param plaintext portal slot source track video
"""
_REMOVED_WITH_CONTENT = frozenset(_SILENCED.split())
_REMOVED = _REMOVED_WITH_CONTENT | frozenset(_REFUSED.split())
_DEEPEST = 30
_TAG = re.compile(f"{open_tag}|{close_tag}")
_PART = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>.*?)/?>\Z", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z_:][a-zA-Z0-9:._-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'=<>`\x00-\x20]+)))?""", re.DOTALL
)


def settle_html(tokens: list[Token], page: Page) -> None:
    """Write all raw HTML of a page anew."""
    open_blocks: list[str] = []
    for token, first in paragraphs(tokens):
        if token.type == "html_block":
            token.content = _Run(page, open_blocks).block(token.content, first)
        elif token.type == "inline" and token.children:
            _Run(page, []).inline(token.children, first)


class _Run:
    """One stretch of HTML: a block, or the tags of one paragraph. What it opens it closes, but for wide elements."""

    def __init__(self, page: Page, spanning: list[str]) -> None:
        self._page = page
        self._spanning = spanning
        self._open: list[str] = []
        self._skipped_until = ""

    def block(self, source: str, first: int) -> str:
        out, position, line = [], 0, first
        for start, end in _tags(source):
            if not self._skipped_until:
                out.append(_text(source[position:start]))
            line += source.count("\n", position, start)
            out.append(self._tag(source[start:end], line, wide=True))
            line += source.count("\n", start, end)
            position = end
        if not self._skipped_until:
            out.append(_text(source[position:]))
        out.extend(f"</{name}>" for name in reversed(self._open))
        return "".join(out)

    def inline(self, children: list[Token], first: int) -> None:
        last = None
        for child, line in lines_of(children, first):
            if child.type == "html_inline":
                child.content = self._tag(child.content, line, wide=False)
                last = child
            elif self._skipped_until and child.nesting == 0:
                child.type, child.content, child.children = "html_inline", "", None
        if last is not None and self._open:
            closing = "".join(f"</{name}>" for name in reversed(self._open))
            children.append(Token("html_inline", "", 0, content=closing))

    def _tag(self, source: str, line: int, *, wide: bool) -> str:
        match = _PART.match(source)
        if match is None:
            return ""  # a comment, a declaration: nothing to see
        name, ends = match["name"].lower(), bool(match["end"])
        if self._skipped_until:
            if ends and name == self._skipped_until:
                self._skipped_until = ""
            return ""
        if name in _REMOVED:
            return self._remove(name, line, ends=ends)
        if name not in PROSE:
            if not ends:
                self._page.warn(line, "unknown_html", f"No element is called “{name[:40]}”; it is shown as text.")
            return escape(source, quote=False)
        if ends:
            return self._end(name)
        return self._start(name, match["attributes"], line, wide=wide)

    def _remove(self, name: str, line: int, *, ends: bool) -> str:
        if not ends:
            self._page.warn(line, "removed_html", f"The element “{name}” is not allowed, and was removed.")
            if name in _REMOVED_WITH_CONTENT:
                self._skipped_until = name
        return ""

    def _start(self, name: str, attributes: str, line: int, *, wide: bool) -> str:
        kept = self._attributes(name, attributes, line)
        if kept is None:
            return ""
        if name not in _VOID and name not in _ENDED_BY_NEXT:
            stack = self._spanning if wide and name in _SPANNING else self._open
            if len(self._spanning) + len(self._open) >= _DEEPEST:
                self._page.warn(line, "too_deep", f"HTML is nested too deeply here: “{name}” was left out.")
                return ""
            stack.append(name)
        return f"<{name}{kept}>"

    def _end(self, name: str) -> str:
        if name in _ENDED_BY_NEXT:
            return f"</{name}>"
        for stack in (self._open, self._spanning):
            if name in stack:
                position = len(stack) - 1 - stack[::-1].index(name)
                closing = "".join(f"</{inner}>" for inner in reversed(stack[position:]))
                del stack[position:]
                return closing
        return ""

    def _attributes(self, element: str, source: str, line: int) -> str | None:
        """The attributes to keep, as HTML; None when the element is nothing without one that was refused."""
        written = {
            match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(source)
        }
        for name in written:
            if name.startswith("on") or name in _HARMFUL_ATTRIBUTES:
                self._page.warn(line, "removed_html", f"The attribute “{name[:40]}” is not allowed, and was removed.")
        kept = {name: value for name, value in written.items() if name in _KEPT_ATTRIBUTES}
        if element == "a" and "href" in written and (address := link_address(written["href"], self._page, line)):
            kept["href"] = address
            if is_external(address):
                kept["rel"] = "noopener noreferrer"
        if element == "img":
            source_address = picture_address(written.get("src", ""), self._page, line)
            if source_address is None:
                return None
            kept |= {name: value for name, value in written.items() if name in _PICTURE_ATTRIBUTES}
            kept |= {"src": source_address, "alt": written.get("alt", ""), "loading": "lazy"}
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())


def _tags(source: str) -> Iterator[tuple[int, int]]:
    """Where tags, comments and declarations begin and end; each sign is looked at once."""
    position = 0
    while (start := source.find("<", position)) >= 0:
        position = start + 1
        if source.startswith("<!--", start):
            end = source.find("-->", start + 4)
            position = end + 3 if end >= 0 else len(source)
        elif source.startswith(("<!", "<?"), start):
            end = source.find(">", start)
            position = end + 1 if end >= 0 else len(source)
        elif match := _TAG.match(source, start):
            position = match.end()
        else:
            continue
        yield start, position


def _text(source: str) -> str:
    """Text between tags: its character references stay, a stray sign of a tag does not."""
    return source.replace("<", "&lt;").replace(">", "&gt;")
