"""Pandoc's grid tables: cells drawn with `+---+` and `|`, which may hold lists, code and several paragraphs.

Cells that span rows or columns are not read; such a table, or one whose lines do not meet, is shown as drawn.
"""

import re
import textwrap
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from banyan.kit.markdown._page import page_of

_BORDER = re.compile(r"\+(?:[:=-]+\+)+")
_DEEPEST = 3


@dataclass
class _Row:
    line: int
    texts: list[list[str]]
    header: bool = False


@dataclass
class _Grid:
    edges: list[int]
    rows: list[_Row] = field(default_factory=list)
    closed: bool = True
    headed: bool = False


def grid_rule(markdown: MarkdownIt) -> None:
    """Teach a parser grid tables."""
    markdown.block.ruler.before("table", "grid", _grid, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _grid(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    if state.src[state.bMarks[first] + state.tShift[first] : state.eMarks[first]][:1] != "+":
        return False
    if state.is_code_block(first) or not _BORDER.fullmatch(_text(state, first)):
        return False
    if silent:
        return True
    page = page_of(state.env)
    end = first + 1
    while end < last and state.sCount[end] >= state.blkIndent and _text(state, end)[:1] in {"+", "|"}:
        end += 1
    grid = _read([_text(state, line) for line in range(first, end)], first)
    if grid is None or page.grid_depth >= _DEEPEST:
        token = state.push("code_block", "code", 0)
        token.content = state.getLines(first, end, state.blkIndent, True)
        token.map = [first, end]
        page.warn(first + 1, "grid_table", "The lines of this table do not meet; it is shown as drawn.")
    else:
        page.grid_depth += 1
        _emit(state, grid, first, end)
        page.grid_depth -= 1
    state.line = end
    return True


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _read(lines: list[str], first: int) -> _Grid | None:
    """The rows of a drawn table; None when its lines do not meet."""
    grid = _Grid([position for position, character in enumerate(lines[0]) if character == "+"])
    for number, line in enumerate(lines):
        if _BORDER.fullmatch(line):
            if len(line) != len(lines[0]) or any(line[edge] != "+" for edge in grid.edges):
                return None
            grid.closed = True
            if "=" in line and not grid.headed:
                grid.headed = True
                for row in grid.rows:
                    row.header = True
        elif len(line) != len(lines[0]) or any(line[edge] != "|" for edge in grid.edges):
            return None
        else:
            if grid.closed:
                grid.rows.append(_Row(first + number, [[] for _ in grid.edges[1:]]))
                grid.closed = False
            for cell, (left, right) in zip(
                grid.rows[-1].texts, zip(grid.edges, grid.edges[1:], strict=False), strict=True
            ):
                cell.append(line[left + 1 : right].rstrip())
    return grid if grid.closed and grid.rows else None


def _emit(state: StateBlock, grid: _Grid, first: int, end: int) -> None:
    state.push("table_open", "table", 1).map = [first, end]
    for header in (True, False):
        rows = [row for row in grid.rows if row.header is header]
        if not rows:
            continue
        group, cell = ("thead", "th") if header else ("tbody", "td")
        state.push(f"{group}_open", group, 1)
        for row in rows:
            state.push("tr_open", "tr", 1)
            for lines in row.texts:
                state.push(f"{cell}_open", cell, 1)
                state.tokens.extend(_cell(state, lines, row.line))
                state.push(f"{cell}_close", cell, -1)
            state.push("tr_close", "tr", -1)
        state.push(f"{group}_close", group, -1)
    state.push("table_close", "table", -1)


def _cell(state: StateBlock, lines: list[str], line: int) -> list[Token]:
    tokens: list[Token] = []
    if lines[0].strip() == "<p></p>":
        # Pandoc's way to have a cell begin with a block. To CommonMark it would make the whole cell HTML.
        lines = ["", *lines[1:]]
    state.md.block.parse(textwrap.dedent("\n".join(lines)), state.md, state.env, tokens)
    for token in tokens:
        if token.map:
            token.map = [token.map[0] + line, token.map[1] + line]
    if len(tokens) == 3 and tokens[0].type == "paragraph_open":
        tokens[0].hidden = tokens[2].hidden = True
    return tokens
