"""Callouts, solutions, tabs and what else stands between colons."""

import re

import pytest

from banyan.kit.markdown import CLASSES, Rendered, render
from banyan.kit.markdown._kinds import ASIDES, FOLDED


def codes(rendered: Rendered) -> list[tuple[int, str]]:
    return [(warning.line, warning.code) for warning in rendered.warnings]


def test_a_callout_takes_its_first_heading_as_title() -> None:
    rendered = render("::::::: callout\n\n## Where *is* it?\n\nHere.\n\n:::::::::::::\n")
    assert rendered.html == (
        '<div class="callout callout-note" role="note">\n'
        '<p id="h-where-is-it" class="callout-title">Where <em>is</em> it?</p>\n<p>Here.</p>\n</div>\n'
    )
    assert rendered.toc == []


@pytest.mark.parametrize("kind", sorted(ASIDES))
def test_a_callout_without_a_heading_is_called_by_its_kind(kind: str) -> None:
    html = render(f"::: {kind}\ntext\n:::").html
    assert f'<div class="callout callout-{kind}" role="note">' in html
    assert re.search('<p class="callout-title">[A-Z][a-z ]+</p>', html)


@pytest.mark.parametrize("kind", sorted(FOLDED - {"tab"}))
def test_what_should_not_be_seen_at_once_is_folded(kind: str) -> None:
    html = render(f"::: {kind}\ntext\n:::").html
    assert f'<details class="callout callout-{kind}">\n<summary class="callout-title">' in html


@pytest.mark.parametrize(
    "opening", ["note Mind", "note[Mind]", "{note} Mind", "{.note title='Mind'}", '{.callout-note title="Mind"}']
)
def test_a_title_may_stand_beside_the_name_in_every_dialect(opening: str) -> None:
    assert '<p id="h-mind" class="callout-title">Mind</p>' in render(f":::{opening}\ntext\n:::").html


def test_the_words_of_a_course_in_arabic_are_arabic() -> None:
    assert '<summary class="callout-title">الحل</summary>' in render("::: solution\nx\n:::", language="ar-EG").html
    assert '<summary class="callout-title">Solution</summary>' in render("::: solution\nx\n:::", language="xx").html


def test_directives_nest_whatever_the_number_of_their_colons() -> None:
    html = render("::: challenge\nTry\n:::::: solution\nSo\n:::\nOn\n::::::::\nAfter").html
    assert html.index("Try") < html.index("<details") < html.index("So") < html.index("</details>") < html.index("On")
    assert html.endswith("</div>\n<p>After</p>\n")


def test_colons_in_code_are_code() -> None:
    rendered = render("::: note\n```\n:::\n::: nope\n```\nafter\n:::\n")
    assert codes(rendered) == []
    assert ":::\n::: nope" in rendered.html


def test_an_unknown_directive_keeps_its_text_and_is_reported() -> None:
    rendered = render("a\n\n::: sidebar Aside\nkept\n:::\nafter")
    assert codes(rendered) == [(3, "unknown_directive")]
    assert "kept" in rendered.html
    assert "Aside" in rendered.html


def test_forgotten_and_stray_ends_are_reported_and_change_nothing_else() -> None:
    assert codes(render("::: note\ntext\n")) == [(1, "unclosed_directive")]
    rendered = render("text\n\n:::\n\nmore")
    assert codes(rendered) == [(3, "stray_directive_end")]
    assert rendered.html == "<p>text</p>\n<p>more</p>\n"


def test_a_directive_ends_with_the_list_item_that_it_began_in() -> None:
    rendered = render("- one\n  ::: note\n  inside\n- two\n")
    assert codes(rendered) == [(2, "unclosed_directive")]
    assert rendered.html.index("</div>") < rendered.html.index("<li>two")


def test_an_end_indented_into_a_list_ends_the_directive_around_it() -> None:
    rendered = render("::: note\n- one\n  :::\nafter\n")
    assert codes(rendered) == []
    assert rendered.html.endswith("</ul>\n</div>\n<p>after</p>\n")


def test_tabs_are_folds_of_which_the_first_is_open() -> None:
    html = render("::: group-tab\n\n### Linux\n\na\n\n#### Deeper\n\n### macOS\n\nb\n\n:::\n").html
    assert html.startswith('<div class="tabs">\n<details class="tab" open="">\n<summary id="h-linux"')
    assert '<details class="tab">\n<summary id="h-macos" class="tab-title">macOS</summary>\n<p>b</p>' in html
    assert '<h4 id="h-deeper">' in html
    assert html.count("<details") == html.count("</details>") == 2


def test_notes_for_instructors_are_not_shown_to_learners() -> None:
    rendered = render(
        "a\n\n::: instructor\nsecret [x](nowhere.md)\n\n::: note\nsecret\n:::\n:::\n\nb", resolve=lambda _: None
    )
    assert codes(rendered) == [(3, "instructor_note")]
    assert rendered.html == "<p>a</p>\n<p>b</p>\n"


@pytest.mark.parametrize(
    ("written", "kind"), [("NOTE", "note"), ("tip", "tip"), ("IMPORTANT", "important"), ("WARNING", "warning")]
)
def test_alerts_are_callouts(written: str, kind: str) -> None:
    html = render(f"> [!{written}]\n> Look.\n>\n> Again.\n").html
    assert f'<div class="callout callout-{kind}" role="note">' in html
    assert "<blockquote>" not in html
    assert "<p>Look.</p>\n<p>Again.</p>\n</div>" in html


def test_a_grid_table_holds_blocks_in_its_cells() -> None:
    html = render(
        "+------+-------+\n| Code | Seen  |\n+======+=======+\n| ```  | - one |\n| # x  | - two |\n| ```  |       |\n"
        "+------+-------+\n| [a]  | last  |\n+------+-------+\n\n[a]: https://a.example\n"
    ).html
    assert "<th>Code</th>" in html
    assert "<code># x\n</code>" in html
    assert "<li>one</li>\n<li>two</li>" in html
    assert '<a href="https://a.example" rel="noopener noreferrer">a</a></td>' in html


def test_a_grid_table_whose_lines_do_not_meet_is_shown_as_drawn() -> None:
    source = "a\n\n+---+---+\n| a | b |\n+---+\n"
    rendered = render(source)
    assert codes(rendered) == [(3, "grid_table")]
    assert "+---+---+\n| a | b |\n+---+\n</code>" in rendered.html


def test_warnings_in_a_cell_have_the_line_of_the_source() -> None:
    rendered = render(
        "x\n\n+----------+\n| a        |\n|          |\n| [b](c.md)|\n+----------+\n", resolve=lambda _: None
    )
    assert codes(rendered) == [(6, "broken_link")]


def test_every_class_is_one_of_those_that_style_sheets_know() -> None:
    html = render(
        "".join(f"::: {kind}\nx\n:::\n" for kind in sorted(ASIDES | FOLDED))
        + "- [x] y\n\n$\\frac{$ ![a](b.svg)\n\n```python\ndef f(): pass\n```\n\n|a|\n|-:|\n\n"
        + "[c](javascript:x) z[^1]\n\n[^1]: f"
    ).html
    found = {name for value in re.findall(r'class="([^"]+)"', html) for name in value.split()}
    assert len(found) > 30
    assert found <= CLASSES
