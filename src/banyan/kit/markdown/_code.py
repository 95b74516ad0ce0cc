"""Fenced code, coloured by Pygments with classes. Bounded: what is too long to colour is shown plain."""

import re

from markdown_it.common.utils import escapeHtml
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from banyan.kit.markdown._page import Page

_LONGEST = 20_000
_LONGEST_LINE = 500
_LONGEST_ALTOGETHER = 200_000
"""In characters. Lexers are regular expressions: most work line by line, and a line this long stays quick."""

_COLOURED = """
    awk bash bat bibtex c c++ cmake console cpp cs csharp css csv cypher dart diff docker dockerfile elixir
    erlang fortran fsharp gherkin go graphql groovy haskell hs html http ini java javascript js json json5 julia
    kotlin latex lisp lua make makefile markdown matlab md nginx nix ocaml octave pascal perl php powershell
    prolog properties proto protobuf ps1 py pycon pytb python python3 r racket rb rconsole rs rst ruby rust sas
    scala scheme scss sh shell shell-session sparql sql stata swift tex toml ts tsx typescript turtle vb
    verilog vhdl vim vue xml yaml yml zig zsh
"""
_LANGUAGES = frozenset(_COLOURED.split())
_SHELLS = {"bash", "sh", "shell", "zsh"}
_OUTPUTS = {"output": "code-output", "error": "code-error", "warning": "code-output"}
_NAME = re.compile(r"\{?[.=]?\s*([A-Za-z0-9+#._-]{1,40})")


def code_block(code: str, info: str, page: Page) -> str:
    """Code as HTML. `output` and `error` are what a program said, as the Carpentries write it."""
    match = _NAME.match(info.strip())
    language = match[1].lower() if match else ""
    kind = _OUTPUTS.get(language, "")
    classes = f"code {kind}".strip()
    mark = f' data-language="{escapeHtml(language)}"' if language and not kind else ""
    return f'<pre class="{classes}"{mark} dir="ltr" tabindex="0"><code>{_coloured(code, language, page)}</code></pre>\n'


def _coloured(code: str, language: str, page: Page) -> str:
    if language not in _LANGUAGES or len(code) > _LONGEST or page.highlighted + len(code) > _LONGEST_ALTOGETHER:
        return escapeHtml(code)
    if any(len(line) > _LONGEST_LINE for line in code.split("\n")):
        return escapeHtml(code)
    page.highlighted += len(code)
    name = "console" if language in _SHELLS and code.startswith("$ ") else language
    if name not in page.lexers:
        page.lexers[name] = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    return highlight(code, page.lexers[name], HtmlFormatter(nowrap=True, classprefix="hl-"))
