"""Texts of other programs show what they said."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.formats.prose import markdown_of_html, markdown_of_plain, title_of
from banyan.kit.markdown import render, text_of


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>What is 2*3*4?</p>", "What is 2\\*3\\*4?"),
        ("<p>one</p>\n<p>two<br>three</p>", "one\n\ntwo\\\nthree"),
        ("x<sup>2</sup> and <b>bold</b>, <i>(a)</i>", "x<sup>2</sup> and **bold**, <em>(a)</em>"),
        ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "- a\n- b\n  1. c"),
        ("<pre>if a:\n    b</pre>", "```\nif a:\n    b\n```"),
        ("<code>a*b</code>", "`a*b`"),
        ('<a href="https://example.org/">here</a>', "[here](https://example.org/)"),
        ('<img src="a b.png" alt="[x]">', "![\\[x\\]](<a b.png>)"),
        (r"<p>\(a_1 &lt; b\) and \[c\]</p>", "$a_1 < b$ and $$c$$"),
        ("<table><tr><td>a\n\n*b*</td></tr></table>", "<table><tr><td>a *b*</td></tr></table>"),
        ("<h3>Title</h3>text", "### Title\n\ntext"),
        ("a &lt;b&gt; &amp;amp; <!-- c -->d", "a \\<b> \\&amp; d"),
        ("<p>1. not a list</p><p># nor a title</p>", "1\\. not a list\n\n\\# nor a title"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert markdown_of_html(html) == (markdown, frozenset())


def test_what_runs_or_loads_is_left_out_and_named() -> None:
    text, lost = markdown_of_html("<script>x</script>a<iframe src=b></iframe><style>c</style>")
    assert (text, lost) == ("a", {"script", "iframe", "style"})


@settings(deadline=None, max_examples=400)
@given(st.text("ab12 *_`#>-+.()[]!<&;~|:{}\"'$\\=\n", max_size=24))
def test_plain_characters_are_shown_as_they_are(plain: str) -> None:
    shown = text_of(render(markdown_of_plain(plain)).html)
    formulas = plain.count("$$") > 1 or "\\(" in plain or "\\[" in plain
    attributes = re.search(r"\{:[^}]*[.#=]", plain)  # kramdown's, which go wherever they stand
    assert formulas or attributes or "".join(shown.split()) == "".join(plain.split())


def test_titles_are_first_words() -> None:
    assert title_of("![x](y) **What** is `a` <b>b</b> \\*?\n\nMore") == "x What is a b *? More"
    assert title_of("word " * 40) == " ".join(["word"] * 15) + "…"
