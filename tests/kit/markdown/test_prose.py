"""What authors write, and what readers get."""

import re

import pytest

from banyan.kit.markdown import Heading, SourceTooLong, anchor, render, text_of


def test_a_paragraph_keeps_its_emphasis_and_its_characters() -> None:
    assert render("Tom & *Jerry* say **2 < 3**.").html == (
        "<p>Tom &amp; <em>Jerry</em> say <strong>2 &lt; 3</strong>.</p>\n"
    )


def test_a_table_is_scrollable_by_keyboard_and_aligned_by_classes() -> None:
    html = render("| a | b |\n|:--|--:|\n| 1 | 2 |\n").html
    assert html.startswith('<div class="table" tabindex="0">\n<table>')
    assert '<td class="align-right">2</td>' in html
    assert "style" not in html


def test_a_task_list_shows_what_is_done_in_words_that_a_reader_hears() -> None:
    html = render("- [x] sow\n- [ ] water\n- [rake](https://a.example)\n").html
    assert '<li class="task task-done"><span class="task-mark">☑</span> sow</li>' in html
    assert '<li class="task"><span class="task-mark">☐</span> water</li>' in html
    assert html.count('class="task') == 4


def test_a_footnote_and_its_reference_point_at_each_other() -> None:
    html = render("Figs[^1] and figs[^1].\n\n[^1]: *Ficus*.\n").html
    assert html.count('href="#fn-1"') == 2
    assert 'id="fnref-1"' in html and 'id="fnref-1-2"' in html  # noqa: PT018 - one thing: both have a way back
    assert '<li id="fn-1">' in html
    assert 'href="#fnref-1-2"' in html


def test_a_footnote_that_nobody_wrote_is_reported() -> None:
    rendered = render("One\n\ntwo[^lost]")
    assert [(w.line, w.code) for w in rendered.warnings] == [(3, "missing_footnote")]
    assert "two[^lost]" in rendered.html


def test_definitions_strikethrough_and_bare_addresses_are_read() -> None:
    html = render("Fig\n: A fruit\n\n~~no~~ www.example.com and me@example.com").html
    assert "<dt>Fig</dt>\n<dd>A fruit</dd>" in html
    assert "<s>no</s>" in html
    assert '<a href="http://www.example.com" rel="noopener noreferrer">' in html
    assert '<a href="mailto:me@example.com">' in html


def test_code_is_coloured_with_classes_and_knows_its_language() -> None:
    html = render("```python\ndef f(): return 1\n```").html
    assert '<pre class="code" data-language="python" dir="ltr" tabindex="0"><code><span class="hl-k">def</span>' in html


def test_what_a_program_said_is_told_from_what_one_types() -> None:
    html = render("```bash\n$ ls\n```\n\n```output\nfig.md\n```\n\n```error\nno\n```\n").html
    assert '<span class="hl-gp">$ </span>' in html
    assert '<pre class="code code-output" dir="ltr" tabindex="0"><code>fig.md' in html
    assert '<pre class="code code-error" dir="ltr" tabindex="0">' in html


@pytest.mark.parametrize("info", ["nonsense", "", "{r}", "python numberLines", '"><script>'])
def test_code_in_any_language_keeps_its_text(info: str) -> None:
    html = render(f"```{info}\na <- 1 & 2\n```").html
    assert text_of(html) == "a <- 1 & 2"


def test_code_too_long_to_colour_is_shown_plain() -> None:
    html = render("```python\n" + "x = 1\n" * 5_000 + "```").html
    assert "hl-" not in html
    assert html.count("x = 1") == 5_000


def test_the_same_code_is_coloured_only_as_long_as_the_page_may_take() -> None:
    html = render(("```python\n" + "x = 1\n" * 3_000 + "```\n\n") * 15).html
    assert "hl-" in html
    assert html.endswith("x = 1\n</code></pre>\n")


def test_headings_have_stable_ids_and_make_the_table_of_contents() -> None:
    rendered = render("## Tea & Cake!\n\n## Tea & Cake!\n\n### جذور *الشجرة* `x`\n\n> ## Quoted\n")
    assert rendered.toc == [
        Heading(2, "h-tea-cake", "Tea & Cake!"),
        Heading(2, "h-tea-cake-1", "Tea & Cake!"),
        Heading(3, "h-جذور-الشجرة-x", "جذور الشجرة x"),
    ]
    assert '<h2 id="h-quoted">' in rendered.html


def test_ids_stay_unique_when_titles_imitate_them() -> None:
    html = render("# a\n# a\n# a-1\n# a\n# a-1-1\n").html
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 5


def test_headings_of_the_first_level_move_below_the_title_of_the_page() -> None:
    rendered = render("# One\n## Two\n###### Six\n")
    assert [heading.level for heading in rendered.toc] == [2, 3, 6]
    assert "<h1" not in rendered.html


def test_a_heading_may_name_itself() -> None:
    rendered = render("## The long title {#short .unnumbered}\n\n[up](#short)")
    assert rendered.toc == [Heading(2, "h-short", "The long title")]
    assert '<a href="#h-short">up</a>' in rendered.html


def test_the_anchor_of_a_fragment_is_the_one_that_its_heading_gets() -> None:
    assert anchor("staging-area") == render("## Staging Area").toc[0].id
    assert anchor("%D8%AC%D8%B0%D8%B1") == render("## جذر").toc[0].id


def test_words_count_prose_but_not_code() -> None:
    assert render("One *two* `three`, four's five.\n\n```\nsix seven\n```\n").words == 5
    assert render("树木 tree").words == 3


def test_the_text_of_a_page_is_found_by_searching() -> None:
    html = render('# A & B\n\n- one\n- "two" <b title="a>b">three</b>four *five*.\n').html
    assert text_of(html) == 'A & B one "two" threefour five.'


def test_a_source_of_more_than_a_mebibyte_is_refused() -> None:
    render("س" * (1 << 19))
    with pytest.raises(SourceTooLong):
        render("س" * (1 << 19) + "a")


def test_leftovers_of_site_generators_are_reported_where_they_stand() -> None:
    rendered = render("a\n\nb {% include x.html %}\nc {{ site.url }}\n{: .callout}\n\n`{{ code }}`\n")
    assert [(w.line, w.code) for w in rendered.warnings] == [
        (3, "template_syntax"),
        (4, "template_syntax"),
        (5, "template_syntax"),
    ]
    assert "{:" not in rendered.html
    assert "{:}" in render("nothing in {:} here").html
    assert "{{ site.url }}" in rendered.html
    assert "<code>{{ code }}</code>" in rendered.html
