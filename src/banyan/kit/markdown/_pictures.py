"""Pictures, and the attributes in braces that may follow a picture, a link or a piece of code."""

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, backtick, image, link

from banyan.kit.markdown._attributes import read_attributes
from banyan.kit.markdown._page import page_of
from banyan.kit.markdown._positions import InlineRule, positioned

_DEEPEST = 2


def picture_rules(markdown: MarkdownIt) -> None:
    """Read attributes after pictures (their `alt` counts), links and code (dropped)."""
    markdown.inline.ruler.at("image", positioned(_with_attributes(_shallow_image)))
    markdown.inline.ruler.at("link", positioned(_with_attributes(link)))
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
