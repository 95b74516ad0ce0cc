"""Lines of the source for what stands inside paragraphs: the parser itself only knows where blocks begin."""

from collections.abc import Callable, Iterator

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

InlineRule = Callable[[StateInline, bool], bool]


def positioned(rule: InlineRule) -> InlineRule:
    """The rule, noting on the tokens that it emits how many lines below the paragraph's first they begin."""

    def rule_with_position(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            line = state.src.count("\n", 0, start)
            for token in state.tokens[before:]:
                if token.type != "text":
                    token.meta.setdefault("line", line)
        return True

    return rule_with_position


def lines_of(children: list[Token], first: int) -> Iterator[tuple[Token, int]]:
    """Each child with its line in the source, where `first` is the line that the paragraph begins on."""
    line = first
    for child in children:
        if "line" in child.meta:
            line = first + int(child.meta["line"])
        yield child, line
        if child.type in {"softbreak", "hardbreak"}:
            line += 1


def paragraphs(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """Each block token with the line that it begins on; what has no place of its own has the one before it."""
    line = 1
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        yield token, line
