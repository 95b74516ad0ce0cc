"""From a source to a page."""

import re
from html import unescape

from banyan.kit.markdown._headings import name_headings
from banyan.kit.markdown._model import Rendered, SourceTooLong
from banyan.kit.markdown._page import Page, Resolve
from banyan.kit.markdown._parser import PARSER
from banyan.kit.markdown._passages import count_words, make_figures, mark_tasks, note_leftovers
from banyan.kit.markdown._positions import lines_of, paragraphs
from banyan.kit.markdown._raw import settle_html
from banyan.kit.markdown._sanitiser import CLEANER
from banyan.kit.markdown._targets import settle_targets

LONGEST_SOURCE = 1 << 20
"""In bytes of UTF-8."""

_MARKUP = re.compile(r"<(?:[^\"'>]|\"[^\"]*\")*>")
_WITHIN_WORDS = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|m[a-z]+|q|s|samp|small|span|strong|su[bp]|u|var|wbr)"
    r"(?: (?:[^\"'>]|\"[^\"]*\")*)?>"
)


def render(source: str, *, resolve: Resolve | None = None, language: str = "en", people: bool = False) -> Rendered:
    """Turn Markdown into HTML that is safe in a page whose policy allows no inline script and no inline style.

    `resolve` maps the target of a link or picture as written (`fig/x.svg`, `04-changes.md#why`) to an address, or to
    None when it leads nowhere. Without it relative targets stay. It is not asked about web addresses, nor about
    headings of the source itself. `language` chooses the words that rendering adds ("Note", "Solution"). With `people`
    someone can be mentioned, as `[@Name](mention:<account id>)`; see `name_people`.

    Never raises for what a source contains; may be called from any thread.

    Raises:
        SourceTooLong: the source is longer than a mebibyte.
    """
    text = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if len(text.encode()) > LONGEST_SOURCE:
        raise SourceTooLong(f"A source may have {LONGEST_SOURCE} bytes.")
    page = Page(resolve, language, people=people)
    env = {"page": page}
    tokens = PARSER.parse(text, env)
    contents = name_headings(tokens, page)
    note_leftovers(tokens, page)
    words = count_words(tokens)
    settle_targets(tokens, page)
    settle_html(tokens, page)
    mark_tasks(tokens)
    make_figures(tokens)
    for token, first in paragraphs(tokens):
        for child, line in lines_of(token.children or [], first):
            if child.type == "mathematics":
                child.meta["source_line"] = line
    html = CLEANER.clean(PARSER.renderer.render(tokens, PARSER.options, env))
    warnings = sorted(page.warnings, key=lambda warning: warning.line)
    return Rendered(html, contents, words, warnings, list(page.mentions))


def text_of(html: str) -> str:
    """The text of rendered HTML, as one line: for searching."""
    return " ".join(unescape(_MARKUP.sub(" ", _WITHIN_WORDS.sub("", html))).split())
