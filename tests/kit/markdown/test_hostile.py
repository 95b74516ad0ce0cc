"""Sources written to do harm: to readers, or to the machine."""

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.kit.markdown import Rendered, render
from banyan.kit.markdown._sanitiser import CLEANER

PIECES = [
    "<script>", "</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<math><mtext>", "</math>",
    "<style>", "</style>", "<!--", "-->", "<![CDATA[", "]]>", "<p style='x'>", "<a href='javascript:x'>", "</a>",
    "[a](javascript:x)", "![a](data:x)", "[a]: <javascript:x>", "[a]", "](", "![", "`", "```", "~~~", "$", "$$",
    "\\", "::: note", "::: tab", ":::", "### t", "> [!NOTE]", "> ", "- ", "  ", "    ", "\t", "\n", "\n\n", "1. ",
    "[^1]", "[^1]: ", "| a |", "|-|", "+-+", "| x |", "{alt='", "'}", "{% x %}", "{: .c}", "<details>", "<summary>",
    "</div>", "<div>", "<template>", "<noscript>", "<title>", "<textarea>", "<mglyph>",
    "<annotation-xml encoding='text/html'>", "&lt;", "&#x6a;", "\\frac{", "}", "\\href{javascript:x}{y}",
    "\\text{<script>}", "http://a.b", "a@b.cc", "*", "**", "_", "~~", "\x00", "\u202e", "\ud800",
]  # fmt: skip

sources = st.one_of(
    st.text(max_size=400), st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60).map("".join)
)


FORBIDDEN = {"script", "style", "iframe", "object", "embed", "svg", "form", "input", "link", "meta", "base", "template"}


class Auditor(HTMLParser):
    """Reads a page as a browser would, and notes what must not be in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "svg",
            "form",
            "input",
            "link",
            "meta",
            "base",
            "template",
        }:
            self.found.append(tag)
        for name, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            scheme = address.partition(":")[0] if re.match(r"[a-z][a-z0-9+.-]*:", address) else ""
            if name.startswith("on") or name in {"style", "srcdoc", "target", "name", "xlink:href", "action"}:
                self.found.append(f"{tag} {name}")
            elif name in {"href", "src"} and scheme not in {"", "http", "https", "mailto", "tel"}:
                self.found.append(f"{tag} {name}={value}")
            elif name == "id" and not (value or "").startswith(("h-", "fn-", "fnref-")):
                self.found.append(f"{tag} id={value}")


def harm_in(html: str) -> list[str]:
    auditor = Auditor()
    auditor.feed(html)
    auditor.close()
    return auditor.found


@settings(max_examples=500, deadline=None)
@given(sources)
def test_no_source_breaks_rendering_or_gets_a_script_into_the_page(source: str) -> None:
    rendered = render(source, resolve=lambda target: None if len(target) % 2 else f"/files/{target}")
    assert harm_in(rendered.html) == []
    assert CLEANER.clean(rendered.html) == rendered.html
    lines = source.count("\n") + source.count("\r") + 1
    assert all(1 <= warning.line <= lines for warning in rendered.warnings)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=300))
def test_text_in_a_code_block_arrives_as_it_was_written(code: str) -> None:
    fenced = "\n".join(f"    {line}" for line in re.split(r"\r\n|\r|\n", code))
    html = render(fenced).html
    assert harm_in(html) == []
    assert all(word in html for word in re.findall(r"[a-zA-Z0-9]{4,}", code))


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>", "a <script>alert(1)</script> b", "<SCRIPT SRC=//x></SCRIPT>",
        "<iframe src=x></iframe>", "<svg><script>alert(1)</script></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<a href='java\tscript:x'>a</a>",
        "<img src='x' onerror='alert(1)'>", "<p onclick=x>a</p>", "<b style='position:fixed'>a</b>",
        "<object data=x></object>", "<details open ontoggle=alert(1)>", "<template><script>x</script></template>",
        "<xmp><script>x</script></xmp>",
    ],
)  # fmt: skip
def test_harmful_html_is_removed_and_reported(source: str) -> None:
    rendered = render(f"first\n\n{source}\n")
    assert harm_in(rendered.html) == []
    assert "alert" not in rendered.html
    assert {warning.line for warning in rendered.warnings} == {3}
    assert {warning.code for warning in rendered.warnings} & {"removed_html", "unsafe_link"}


def test_a_tag_that_no_html_knows_was_meant_as_text() -> None:
    rendered = render("this commit will <commit message here>")
    assert "&lt;commit message here&gt;" in rendered.html
    assert [warning.code for warning in rendered.warnings] == ["unknown_html"]


def test_harmless_html_is_kept() -> None:
    html = render(
        "Press <kbd>Q</kbd>, H<sub>2</sub>O\n\n<details><summary>More</summary>\n\n**bold**\n\n</details>\n"
    ).html
    assert "<kbd>Q</kbd>" in html
    assert "<details><summary>More</summary>\n<p><strong>bold</strong></p>\n</details>" in html


def test_html_that_an_author_left_open_does_not_reach_the_next_paragraph() -> None:
    html = render("<b>one\n\ntwo </div> three\n\n::: note\n</div></details>in\n:::\n\nout").html
    assert "<p><b>one</b></p>\n<p>two  three</p>" in html
    assert html.endswith("</div>\n<p>out</p>\n")


def test_an_author_cannot_borrow_the_classes_or_ids_of_the_application() -> None:
    html = render('<div class="fixed inset-0" id="app">a</div>\n\n## b {#h-x .fixed}\n').html
    assert "fixed" not in html
    assert 'id="app"' not in html


def test_text_nested_deeper_than_anybody_reads_is_kept_as_text() -> None:
    rendered = render(">" * 5_000 + " the end")
    assert "the end" in rendered.html
    assert "too_deep" in {warning.code for warning in rendered.warnings}


@pytest.mark.parametrize(
    "unit",
    [
        "[", "![", "![a](", "[a](", "*a **a ", "$a ", "$$ a\n", "<a ", "<!-- ", "<b>", "<div>\n\n", "`", ">", "- ",
        "::: note\n", ":::\n", "::: a\n- b\n", "+-+\n|a|\n", "|a|\n|-|\n", "[^a]: ", "{alt=\"", "{.a ", "# a\n",
        "a\n: b\n", "http://a.b/(", "a@", "www.", "&amp;", "\\",
    ],
)  # fmt: skip
def test_repeating_anything_takes_time_in_proportion(unit: str) -> None:
    """A square would show: sixteen times the text may take no more than some fifty times as long."""
    short, long = (unit * (size // len(unit)) for size in (4_000, 64_000))
    render(short)
    begun = process_time()
    render(short)
    between = process_time()
    render(long)
    assert process_time() - between < 50 * max(between - begun, 0.02)


def test_footnotes_that_refer_to_each_other_do_not_multiply() -> None:
    source = "[^0]\n\n" + "".join(f"[^{n}]: [^{n + 1}] [^{n + 1}]\n\n" for n in range(300))
    assert len(render(source).html) < 100 * len(source)


def test_a_thousand_warnings_are_not_listed() -> None:
    rendered = render("<script></script>\n\n" * 1_000)
    assert len(rendered.warnings) == 201
    assert rendered.warnings[-1].code == "too_many_warnings"


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"# Title {n}\n\n::: note\n[x](lost-{n}.md) $x_{n}$\n:::\n\n```python\nx = {n}\n```\n" for n in range(40)]

    def one(source: str) -> Rendered:
        return render(source, resolve=lambda _: None)

    expected = [one(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(one, texts * 5)) == expected * 5
