"""The parser: CommonMark and what courses add to it. Built once; what a rendering gathers is in its `env`."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import autolink, html_inline
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from banyan.kit.markdown._arranging import arrange
from banyan.kit.markdown._directives import directive_rule
from banyan.kit.markdown._grid import grid_rule
from banyan.kit.markdown._headings import read_names
from banyan.kit.markdown._mathematics import mathematics_rules
from banyan.kit.markdown._page import page_of
from banyan.kit.markdown._pictures import picture_rules
from banyan.kit.markdown._positions import positioned
from banyan.kit.markdown._renderer import Renderer

_DEEPEST = 40
_LONGEST_PARAGRAPH = 20_000
_MOST_BRACKETS = 1_000
"""In a paragraph. Some rules for what stands inside one take the square of its length, or of its brackets."""


def _parser() -> MarkdownIt:
    options = {"html": True, "xhtmlOut": False, "maxNesting": _DEEPEST}
    markdown = MarkdownIt("commonmark", options)
    markdown.enable(["table", "strikethrough"])
    # Targets are judged after parsing, with their line, by `_targets`.
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    footnote_plugin(markdown, inline=False)
    deflist_plugin(markdown)
    gfm_autolink_plugin(markdown)
    picture_rules(markdown)
    markdown.inline.ruler.at("autolink", positioned(autolink))
    markdown.inline.ruler.at("html_inline", positioned(html_inline))
    mathematics_rules(markdown)
    grid_rule(markdown)
    directive_rule(markdown)
    markdown.block.ruler.before("table", "deep", _deep)
    markdown.core.ruler.after("block", "arrange", arrange)
    markdown.core.ruler.after("arrange", "names", read_names)
    markdown.core.ruler.after("names", "long", _long)
    markdown.renderer = Renderer()  # last: plugins register rules of their own
    return markdown


def _deep(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Keep as plain text what the parser would silently drop for being nested too deeply."""
    if silent or state.level < _DEEPEST - 2:
        return False
    end = first + 1
    while end < last and (state.isEmpty(end) or state.sCount[end] >= state.blkIndent):
        end += 1
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(first, end, state.blkIndent, False)
    token.map = [first, end]
    page_of(state.env).warn(first + 1, "too_deep", "Lists and quotations are nested too deeply; this is shown as text.")
    state.line = end
    return True


def _long(state: StateCore) -> None:
    for token in state.tokens:
        long = len(token.content) > _LONGEST_PARAGRAPH or token.content.count("[") > _MOST_BRACKETS
        if token.type == "inline" and long:
            token.type = "text"
            line = token.map[0] + 1 if token.map else 1
            page_of(state.env).warn(line, "too_long", "The paragraph is too long to be formatted; it is shown as text.")


PARSER = _parser()
