"""Fenced divisions: `::: callout` … `:::`, of any number of colons from three, as in pandoc and the Carpentries.

A line with a name opens one, a line of colons alone closes the innermost. The rule only marks these lines;
`_arranging` pairs them, so a forgotten end costs no second look at the text.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block

from banyan.kit.markdown._attributes import read_attributes

_NAME = re.compile(r"[A-Za-z][\w-]*")
_BRACES = re.compile(r"\{\s*([A-Za-z][\w-]*)\s*\}")
_VERBATIM = re.compile(r"\s*<(?:script|pre|style|textarea|[!?])", re.IGNORECASE)
_END = re.compile(r"(?<!:):{3,}$")


def directive_rule(markdown: MarkdownIt) -> None:
    """Teach a parser to mark the lines that open and close a directive."""
    markdown.block.ruler.before("fence", "directive", _mark, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    markdown.block.ruler.at("html_block", _html_up_to_colons, {"alt": ["paragraph", "reference", "blockquote"]})


def _mark(state: StateBlock, line: int, _end: int, silent: bool) -> bool:
    start, stop = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    if not state.src.startswith(":::", start) or state.is_code_block(line):
        return False
    heading = _END.sub("", state.src[start:stop].strip().lstrip(":")).strip()
    name, title = _read(heading)
    if heading and not name:
        return False
    if not silent:
        token = state.push("directive", "", 0)
        token.map = [line, line + 1]
        token.info = name
        token.content = title
        state.line = line + 1
    return True


def _html_up_to_colons(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """HTML goes on to a blank line; authors forget that one before the line of colons."""
    matched = html_block(state, line, end, silent)
    if silent or not matched:
        return matched
    token = state.tokens[-1]
    if _VERBATIM.match(token.content):
        return True
    for position in range(line + 1, state.line):
        start = state.bMarks[position] + state.tShift[position]
        if state.src.startswith(":::", start) and not state.is_code_block(position):
            token.content = state.getLines(line, position, state.blkIndent, True)
            token.map = [line, position]
            state.line = position
            break
    return True


def _read(heading: str) -> tuple[str, str]:
    """The name and the title in `note`, `note Title`, `note[Title]`, `{note} Title`, `{.note title="Title"}`."""
    if braces := _BRACES.match(heading):
        return braces[1], heading[braces.end() :].strip()
    if attributes := read_attributes(heading, 0):
        values = attributes.values
        name = values.get("class", "division").split()[0]
        return name, values.get("title", heading[attributes.end :].strip())
    if word := _NAME.match(heading):
        rest = heading[word.end() :].strip()
        if rest.startswith("[") and "]" in rest:
            return word[0], rest[1 : rest.index("]")].strip()
        if attributes := read_attributes(rest, 0):
            return word[0], attributes.values.get("title", "")
        return word[0], rest
    return "", ""
