"""Small changes to parsed paragraphs: task lists, figures, leftovers of site generators, counting words."""

import re

from markdown_it.token import Token

from banyan.kit.markdown._page import Page
from banyan.kit.markdown._positions import lines_of, paragraphs

_TASK = re.compile(r"\[([ xX])\][ \t]+")
_LEFTOVER = re.compile(r"\{%[^%]{0,200}%\}|\{\{[^}]{0,200}\}\}|\{:[^}]{0,200}?[.#=][^}]{0,200}\}")
_FOOTNOTE = re.compile(r"\[\^([^\s\]]{1,80})\]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:['’\-][^\W_]+)*")  # noqa: RUF001 - an apostrophe


def mark_tasks(tokens: list[Token]) -> None:
    """`- [x] done`: the item gets a class, and a mark in the place of the brackets."""
    for item, _paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or inline.type != "inline" or not inline.children:
            continue
        first = inline.children[0]
        match = _TASK.match(first.content) if first.type == "text" else None
        if match:
            done = match[1] != " "
            item.attrSet("class", "task task-done" if done else "task")
            first.content = first.content[match.end() :]
            mark = f'<span class="task-mark">{"☑" if done else "☐"}</span> '
            inline.children.insert(0, Token("html_inline", "", 0, content=mark))


def make_figures(tokens: list[Token]) -> None:
    """A picture alone in its paragraph becomes a figure; its title, or its text beside an `alt`, the caption."""
    for start, inline, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if start.type != "paragraph_open" or start.hidden or inline.type != "inline":
            continue
        children = [child for child in inline.children or [] if child.content.strip() or child.type != "text"]
        if len(children) != 1 or children[0].type != "image":
            continue
        picture = children[0]
        start.tag = end.tag = "figure"
        start.attrSet("class", "picture")
        caption: list[Token] = []
        if picture.meta.get("alt") and picture.children:
            caption = picture.children
        elif title := picture.attrs.pop("title", ""):
            caption = [Token("text", "", 0, content=str(title))]
        if caption:
            opening, closing = Token("figcaption_open", "figcaption", 1), Token("figcaption_close", "figcaption", -1)
            children.extend([opening, *caption, closing])
        inline.children = children


def note_leftovers(tokens: list[Token], page: Page) -> None:
    """Warn of Liquid and kramdown (`{% … %}`, `{{ … }}`, `{: .class}`, which goes) and of footnotes without a text."""
    for token, first in paragraphs(tokens):
        if token.type != "inline":
            continue
        for child, line in lines_of(token.children or [], first):
            if child.type != "text":
                continue
            for match in _LEFTOVER.finditer(child.content):
                page.warn(line, "template_syntax", f"“{match[0][:60]}” means nothing here.")
            for match in _FOOTNOTE.finditer(child.content):
                page.warn(line, "missing_footnote", f"There is no footnote “{match[1]}”.")
            child.content = _LEFTOVER.sub(lambda match: "" if match[0].startswith("{:") else match[0], child.content)


def count_words(tokens: list[Token]) -> int:
    """The words of prose: without blocks of code, formulas and pictures."""
    return sum(
        len(_WORD.findall(child.content))
        for token in tokens
        if token.type == "inline"
        for child in token.children or []
        if child.type in {"text", "code_inline"}
    )
