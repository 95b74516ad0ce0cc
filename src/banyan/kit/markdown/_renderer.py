"""Tokens to HTML, where it differs from markdown-it's own renderer. What it writes, the sanitiser still checks."""

from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from banyan.kit.markdown._code import code_block
from banyan.kit.markdown._kinds import ASIDES
from banyan.kit.markdown._mathematics import mathml
from banyan.kit.markdown._page import page_of

Tokens = Sequence[Token]

_MOST_WAYS_BACK = 9
"""From one footnote: it may be referred to a thousand times."""


class Renderer(RendererHTML):
    """Its methods are named after tokens: that is how markdown-it finds them."""

    def directive_open(self, tokens: Tokens, index: int, _options: OptionsDict, _env: EnvType) -> str:
        kind, tag = tokens[index].info, tokens[index].tag
        if kind == "tabs":
            return '<div class="tabs">\n'
        if kind == "tab":
            first = index > 0 and tokens[index - 1].type == "directive_open" and tokens[index - 1].info == "tabs"
            return f'<details class="tab"{" open" if first else ""}>\n'
        role = ' role="note"' if kind in ASIDES else ""
        return f'<{tag} class="callout callout-{kind}"{role}>\n'

    def directive_close(self, tokens: Tokens, index: int, _options: OptionsDict, _env: EnvType) -> str:
        return f"</{tokens[index].tag}>\n"

    def directive_title_open(self, tokens: Tokens, index: int, options: OptionsDict, env: EnvType) -> str:
        in_tab = tokens[index - 1].info == "tab"
        tokens[index].attrSet("class", "tab-title" if in_tab else "callout-title")
        return self.renderToken(tokens, index, options, env)

    def fence(self, tokens: Tokens, index: int, _options: OptionsDict, env: EnvType) -> str:
        token, page = tokens[index], page_of(env)
        if token.info.strip() == "math":
            line = token.map[0] + 1 if token.map else 1
            return f'<div class="math" tabindex="0">{mathml(token.content, page, line, display=True)}</div>\n'
        return code_block(token.content, token.info, page)

    def code_block(self, tokens: Tokens, index: int, _options: OptionsDict, env: EnvType) -> str:
        return code_block(tokens[index].content, "", page_of(env))

    def mathematics(self, tokens: Tokens, index: int, _options: OptionsDict, env: EnvType) -> str:
        token = tokens[index]
        return mathml(token.content, page_of(env), token.meta.get("source_line", 1), display=token.markup == "$$")

    def mathematics_block(self, tokens: Tokens, index: int, _options: OptionsDict, env: EnvType) -> str:
        token = tokens[index]
        line = token.map[0] + 1 if token.map else 1
        return f'<div class="math" tabindex="0">{mathml(token.content, page_of(env), line, display=True)}</div>\n'

    def table_open(self, _tokens: Tokens, _index: int, _options: OptionsDict, _env: EnvType) -> str:
        return '<div class="table" tabindex="0">\n<table>\n'

    def table_close(self, _tokens: Tokens, _index: int, _options: OptionsDict, _env: EnvType) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Tokens, index: int, options: OptionsDict, env: EnvType) -> str:
        return self._cell(tokens, index, options, env)

    def td_open(self, tokens: Tokens, index: int, options: OptionsDict, env: EnvType) -> str:
        return self._cell(tokens, index, options, env)

    def _cell(self, tokens: Tokens, index: int, options: OptionsDict, env: EnvType) -> str:
        style = str(tokens[index].attrs.pop("style", ""))
        if style:
            tokens[index].attrSet("class", "align-" + style.removeprefix("text-align:"))
        return self.renderToken(tokens, index, options, env)

    def image(self, tokens: Tokens, index: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[index]
        alt = token.meta.get("alt") or self.renderInlineAsText(token.children, options, env)
        title = f' title="{escapeHtml(str(token.attrs["title"]))}"' if token.attrs.get("title") else ""
        return f'<img src="{escapeHtml(str(token.attrs["src"]))}" alt="{escapeHtml(alt)}"{title} loading="lazy">'

    def broken_image(self, tokens: Tokens, index: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[index]
        said = token.meta.get("alt") or self.renderInlineAsText(token.children, options, env)
        return f'<span class="broken-picture">{escapeHtml(said or str(token.attrs["src"]))}</span>'

    def footnote_ref(self, tokens: Tokens, index: int, _options: OptionsDict, _env: EnvType) -> str:
        number, place = _footnote(tokens[index])
        return f'<sup class="footnote"><a href="#fn-{number}" id="fnref-{place}">{number}</a></sup>'

    def footnote_block_open(self, _tokens: Tokens, _index: int, _options: OptionsDict, _env: EnvType) -> str:
        return '<section class="footnotes">\n<ol>\n'

    def footnote_block_close(self, _tokens: Tokens, _index: int, _options: OptionsDict, _env: EnvType) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Tokens, index: int, _options: OptionsDict, _env: EnvType) -> str:
        return f'<li id="fn-{_footnote(tokens[index])[0]}">'

    def footnote_close(self, _tokens: Tokens, _index: int, _options: OptionsDict, _env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, index: int, _options: OptionsDict, env: EnvType) -> str:
        _, place = _footnote(tokens[index])
        if tokens[index].meta.get("subId", 0) >= _MOST_WAYS_BACK:
            return ""
        words = escapeHtml(page_of(env).words["back"])
        return f' <a class="footnote-back" href="#fnref-{place}" aria-label="{words}">↩</a>'


def _footnote(token: Token) -> tuple[int, str]:
    """A footnote's number, and the name of one of the places that refer to it."""
    number, again = int(token.meta["id"]) + 1, int(token.meta.get("subId", 0))
    return number, f"{number}-{again + 1}" if again else str(number)
