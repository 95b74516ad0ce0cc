"""Pairs the lines that open and close directives, and gives each its title.

Works on the flat list of block tokens, once, with a stack: linear whatever the source. A directive ends with
its end line, or with the list item, quotation or cell that it began in.
"""

import re
from dataclasses import dataclass

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from banyan.kit.markdown._kinds import FOLDED, INSTRUCTOR, TABS, kind_of
from banyan.kit.markdown._page import Page, page_of

_DEEPEST = 16
_ALERT = re.compile(r"\[!([A-Za-z][\w-]*)\][+-]?[ \t]*([^\n]*)(?:\n|$)")


@dataclass
class _Frame:
    """Something open: a directive of a kind (empty for an unknown one), or what Markdown itself nests."""

    kind: str
    line: int
    markdown: bool = False
    panel: int = 0
    ending: bool = False
    ignored: int = 0


def arrange(state: StateCore) -> None:
    """Turn marked lines into paired directives, alerts (`> [!NOTE]`) into the same, headings into their titles."""
    arranger = _Arranger(state.tokens, page_of(state.env))
    state.tokens = arranger.arranged()


class _Arranger:
    def __init__(self, tokens: list[Token], page: Page) -> None:
        self._tokens = tokens
        self._page = page
        self._out: list[Token] = []
        self._stack: list[_Frame] = []
        self._left_out = 0
        self._open_directives = 0
        self._next = 0

    def arranged(self) -> list[Token]:
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            self._next += 1
            if token.type == "directive" and token.info:
                self._open(token)
            elif token.type == "directive":
                self._end_line(token)
            elif token.nesting == 1:
                self._enter(token)
            elif token.nesting == -1:
                self._leave(token)
            else:
                self._emit(token)
        while self._stack:
            self._close_forgotten(self._stack.pop())
        return self._out

    def _emit(self, token: Token) -> None:
        if not self._left_out:
            self._out.append(token)

    def _open(self, token: Token) -> None:
        line = _line(token)
        if self._open_directives >= _DEEPEST:
            self._page.warn(line, "too_deep", "Directives are nested too deeply; the text of this one is kept.")
            self._stack[-1].ignored += 1
            return
        kind = kind_of(token.info) or ""
        if not kind:
            self._page.warn(line, "unknown_directive", f"No directive is called “{token.info}”; its text is kept.")
        self._open_directives += 1
        self._stack.append(_Frame(kind, line))
        self._begin(kind, token.content, token.map or [0, 1])

    def _begin(self, kind: str, title: str, lines: list[int]) -> None:
        """Emit the start of a directive with its title: as given, or its first heading, or the kind's name."""
        if kind == INSTRUCTOR and not self._page.locating:
            self._page.warn(lines[0] + 1, "instructor_note", "Notes for instructors are left out for learners.")
            self._left_out += 1
        if kind:
            self._emit(Token("directive_open", "details" if kind in FOLDED else "div", 1, info=kind, map=lines))
        if title:
            self._title(kind, title, lines, own=True)
        elif kind not in {"", TABS, INSTRUCTOR}:
            if self._peek() == "heading_open":
                inline = self._tokens[self._next + 1]
                self._title(kind, inline.content, inline.map or lines, own=True)
                self._next += 3
            else:
                self._title(kind, self._page.words[kind], lines, own=False)

    def _title(self, kind: str, title: str, lines: list[int], *, own: bool) -> None:
        tag = "summary" if kind in FOLDED else "p"
        self._emit(Token("directive_title_open", tag, 1, meta={"own": own}, map=lines))
        self._emit(Token("inline", "", 0, content=title, children=[], map=lines))
        self._emit(Token("directive_title_close", tag, -1, block=True))

    def _peek(self) -> str:
        return self._tokens[self._next].type if self._next < len(self._tokens) else ""

    def _end_line(self, token: Token) -> None:
        if self._stack and self._stack[-1].ignored:
            self._stack[-1].ignored -= 1
            return
        if self._stack and not self._stack[-1].markdown:
            self._close_panel()
            self._close(self._stack.pop())
            return
        for frame in reversed(self._stack):
            if not (frame.markdown or frame.ending or frame.panel):
                frame.ending = True
                return
        self._page.warn(_line(token), "stray_directive_end", "This line ends a directive, but none is open.")

    def _close(self, frame: _Frame) -> None:
        if not (frame.markdown or frame.panel):
            self._open_directives -= 1
        if frame.kind == INSTRUCTOR and not self._page.locating:
            self._emit(Token("directive_close", "div", -1, info=frame.kind))
            self._left_out -= 1
        elif frame.kind:
            tag = "details" if frame.kind in FOLDED else "div"
            self._emit(Token("directive_close", tag, -1, info=frame.kind))

    def _close_forgotten(self, frame: _Frame) -> None:
        if not (frame.panel or frame.ending or frame.markdown):
            self._page.warn(frame.line, "unclosed_directive", "This directive has no line of colons that ends it.")
        self._close(frame)

    def _enter(self, token: Token) -> None:
        if token.type == "heading_open" and self._begin_panel(token):
            return
        if token.type == "blockquote_open" and self._begin_alert(token):
            return
        if token.hidden and self._stack and not self._stack[-1].markdown:
            # A tight list hides the paragraphs of its items; those in a directive stay paragraphs.
            token.hidden = self._tokens[self._next + 1].hidden = False
        self._stack.append(_Frame("", _line(token), markdown=True))
        self._emit(token)

    def _leave(self, token: Token) -> None:
        while self._stack and not self._stack[-1].markdown:
            self._close_forgotten(self._stack.pop())
        frame = self._stack.pop() if self._stack else _Frame("", 0)
        if frame.kind:
            self._close(frame)
        else:
            self._emit(token)
        while self._stack and self._stack[-1].ending:
            self._close(self._stack.pop())

    def _begin_panel(self, token: Token) -> bool:
        """In tabs, each heading of the first one's level begins a panel."""
        level = int(token.tag[1])
        if self._stack and self._stack[-1].panel >= level:
            self._close_panel()
        if not self._stack or self._stack[-1].kind != TABS:
            return False
        inline = self._tokens[self._next]
        self._next += 2
        self._stack.append(_Frame("tab", _line(token), panel=level))
        self._begin("tab", inline.content or self._page.words["tab"], inline.map or [0, 1])
        return True

    def _close_panel(self) -> None:
        if self._stack and self._stack[-1].panel:
            self._close(self._stack.pop())

    def _begin_alert(self, token: Token) -> bool:
        if self._peek() != "paragraph_open":
            return False
        inline = self._tokens[self._next + 1]
        match = _ALERT.match(inline.content)
        if not match:
            return False
        kind = kind_of(match[1])
        if kind in {None, TABS, INSTRUCTOR}:
            self._page.warn(_line(token), "unknown_directive", f"No kind of note is called “{match[1]}”.")
        kind = "note" if kind in {None, TABS, INSTRUCTOR} else kind
        first = inline.map[0] if inline.map else 0
        inline.content = inline.content[match.end() :]
        inline.map = [first + 1, inline.map[1]] if inline.map else None
        if not inline.content:
            self._next += 3
        self._stack.append(_Frame(kind or "note", first + 1, markdown=True))
        self._begin(kind or "note", match[2].strip(), [first, first + 1])
        return True


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
