r"""Mathematics: `$…$` and `$$…$$`, also over several lines, from LaTeX to MathML.

A dollar sign opens when no space follows it, and the next one closes when no space stands before it and no digit
after it: pandoc's rule (manual, `tex_math_dollars`), so that prices stay prices.
"""

import re

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from banyan.kit.markdown._page import Page
from banyan.kit.markdown._positions import positioned

_LONGEST = 2_000
_MOST_LINES = 50
_DEEPEST = 50
_MOST_FORMULAS = 2_000
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'


def mathematics_rules(markdown: MarkdownIt) -> None:
    """Teach a parser both forms."""
    markdown.inline.ruler.before("escape", "mathematics", positioned(_inline))
    markdown.block.ruler.before(
        "fence", "mathematics", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def mathml(latex: str, page: Page, line: int, *, display: bool) -> str:
    """LaTeX as MathML. What cannot be read is shown as it was written, with the warning `mathematics`."""
    page.formulas += 1
    if page.formulas > _MOST_FORMULAS:
        detail = f"There are more than {_MOST_FORMULAS} formulas; this one is shown as it was written."
    elif not _balanced(latex):
        detail = "The braces of the formula do not match, or are too many; it is shown as it was written."
    elif len(latex) <= _LONGEST:
        try:
            return convert(latex, display="block" if display else "inline").replace(_NAMESPACE, "", 1)
        except Exception as error:  # the converter lets IndexError, RecursionError and others escape
            detail = f"The formula cannot be read ({type(error).__name__}); it is shown as it was written."
    else:
        detail = f"The formula is longer than {_LONGEST} characters; it is shown as it was written."
    page.warn(line, "mathematics", detail)
    return f'<code class="math-error">{escapeHtml(latex)}</code>'


def _balanced(latex: str) -> bool:
    """Whether the braces match and are not so deep that reading them depends on how deep the caller is."""
    depth = 0
    for character in _ESCAPED.sub("", latex):
        depth += (character == "{") - (character == "}")
        if not 0 <= depth <= _DEEPEST:
            return False
    return depth == 0


def _inline(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    marker = "$$" if source.startswith("$$", start) else "$"
    end = _end_of(source, start + len(marker), state.posMax, marker)
    if end < 0:
        return False
    if not silent:
        token = state.push("mathematics", "math", 0)
        token.content = source[start + len(marker) : end]
        token.markup = marker
    state.pos = end + len(marker)
    return True


def _end_of(source: str, start: int, stop: int, marker: str) -> int:
    """Where the closing marker stands, or -1: the first dollar sign that is not escaped must be it."""
    stop = min(stop, start + _LONGEST)
    if start >= stop or source[start] == "$" or (marker == "$" and source[start].isspace()):
        return -1
    end = source.find("$", start, stop)
    while end > 0 and source[end - 1] == "\\":
        end = source.find("$", end + 1, stop)
    if end < 0 or not source.startswith(marker, end):
        return -1
    if marker == "$" and (source[end - 1].isspace() or source[end + 1 : end + 2].isdigit()):
        return -1
    content = source[start:end]
    # A formula holds no code: such a dollar sign belongs to a command or a price.
    return -1 if "`" in content or not content.strip() else end


def _block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start, stop = state.bMarks[first] + state.tShift[first], state.eMarks[first]
    if not state.src.startswith("$$", start) or state.is_code_block(first):
        return False
    opening = state.src[start + 2 : stop].rstrip()
    if opening.endswith("$$"):
        content, after = opening[:-2], first + 1
    else:
        end = _last_line(state, first, last)
        if "$$" in opening or end < 0:
            return False
        closing = state.getLines(end, end + 1, state.blkIndent, False).rstrip()[:-2]
        between = state.getLines(first + 1, end, state.blkIndent, False)
        content, after = f"{opening}\n{between}\n{closing}", end + 1
    if "$$" in content or not content.strip():
        return False
    if not silent:
        token: Token = state.push("mathematics_block", "math", 0)
        token.content = content.strip()
        token.map = [first, after]
        state.line = after
    return True


def _last_line(state: StateBlock, first: int, last: int) -> int:
    """The line that ends a formula begun on `first`: before a blank line, near enough, or -1."""
    for line in range(first + 1, min(last, first + _MOST_LINES)):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return -1
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if text.endswith("$$"):
            return line
    return -1
