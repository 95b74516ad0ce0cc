"""Pictures, and the attributes in braces that may follow a picture, a link or a piece of code."""

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkLabel
from markdown_it.rules_inline import StateInline, backtick, image, link

from banyan.kit.markdown._attributes import read_attributes
from banyan.kit.markdown._page import page_of
from banyan.kit.markdown._positions import InlineRule, positioned

_DEEPEST = 2


def picture_rules(markdown: MarkdownIt) -> None:
    """Read attributes after pictures (their `alt` counts), links and code (dropped)."""
    markdown.inline.ruler.at("image", positioned(_with_attributes(_located(_shallow_image))))
    markdown.inline.ruler.at("link", positioned(_with_attributes(_located(link))))
    markdown.inline.ruler.at("backticks", _with_attributes(backtick))


def _shallow_image(state: StateInline, silent: bool) -> bool:
    """The rule for pictures, which parses their text anew: a picture's text may hold one more, not a thousand."""
    page = page_of(state.env)
    if state.src[state.pos] != "!" or page.picture_depth >= _DEEPEST:
        return False
    page.picture_depth += 1
    try:
        return image(state, silent)
    finally:
        page.picture_depth -= 1


def _located(rule: InlineRule) -> InlineRule:
    """The rule, noting how a target in brackets was written and what follows it on its line, when that is asked for."""

    def rule_with_place(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent and page_of(state.env).locating:
            place = _place(state, start)
            token = next(one for one in state.tokens[before:] if one.type in {"image", "link_open"})
            token.meta |= place
        return True

    return rule_with_place


def _place(state: StateInline, start: int) -> dict[str, str | int]:
    source, end = state.src, state.pos
    state.pos = start
    label = parseLinkLabel(state, start + (source[start] == "!"))
    state.pos = end
    position = label + 2
    if source[label + 1 : position] != "(":
        return {}
    while source[position : position + 1].isspace():
        position += 1
    stop = parseLinkDestination(source, position, state.posMax).pos
    line_end = source.find("\n", position)
    return {
        "written": source[position:stop],
        "tail": source[position : line_end if line_end >= 0 else len(source)],
        "below": source.count("\n", 0, position),
    }


def _with_attributes(rule: InlineRule) -> InlineRule:
    def rule_with_attributes(state: StateInline, silent: bool) -> bool:
        if not rule(state, silent):
            return False
        attributes = read_attributes(state.src, state.pos)
        if attributes and attributes.end <= state.posMax:
            if not silent and state.tokens and state.tokens[-1].type == "image":
                state.tokens[-1].meta["alt"] = attributes.values.get("alt")
            state.pos = attributes.end
        return True

    return rule_with_attributes
