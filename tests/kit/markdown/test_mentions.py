"""People mentioned in a text, where a text may mention people."""

from uuid import UUID

import pytest

from banyan.kit.markdown import name_people, render

ANN = UUID("0197a0a0-0000-7000-8000-00000000000a")
BEN = UUID("0197a0a0-0000-7000-8000-00000000000b")


def test_who_is_mentioned_is_marked_and_told_once_in_order() -> None:
    rendered = render(
        f"[@Ben *B.*](mention:{BEN}), [@Ann](mention:{ANN}) and [@Ben](MENTION:{str(BEN).upper()})", people=True
    )
    assert rendered.mentions == [BEN, ANN]
    assert f'<span class="mention" data-account="{BEN}">@Ben B.</span>, ' in rendered.html
    assert rendered.html.count("</span>") == 3
    assert rendered.warnings == []


def test_people_are_shown_with_their_own_names_whatever_the_text_calls_them() -> None:
    sources = [
        f"[@Ann](mention:{BEN})",
        f"[**@`Ann`** ![x](y)\nLee](mention:{BEN})",
        f"<mention:{BEN}>",
        f"[](mention:{BEN})",
    ]
    for source in sources:
        html = render(source, people=True).html
        assert name_people(html, {BEN: "Ben <B> & Co"}) == (
            f'<p><span class="mention" data-account="{BEN}">@Ben &lt;B&gt; &amp; Co</span></p>\n'
        )


def test_who_has_no_name_here_is_not_mentioned() -> None:
    html = render(f"[@Ann](mention:{ANN}) and [@Ben](mention:{BEN})", people=True).html
    assert name_people(html, {BEN: "Ben"}) == (
        f'<p>@Ann and <span class="mention" data-account="{BEN}">@Ben</span></p>\n'
    )


def test_code_that_looks_like_a_marked_person_is_left_alone() -> None:
    source = f'`<span class="mention" data-account="{BEN}">@Ann</span>`'
    html = render(source, people=True).html
    assert name_people(html, {BEN: "Ben"}) == html


def test_a_lesson_mentions_nobody() -> None:
    rendered = render(f"[@Ann](mention:{ANN})", resolve=lambda _: None)
    assert rendered.mentions == []
    assert rendered.html == '<p><span class="broken-link">@Ann</span></p>\n'


@pytest.mark.parametrize(
    "source",
    [
        f"`[@Ann](mention:{ANN})`",
        f"![@Ann](mention:{ANN})",
        f"[@Ann](mention:{ANN}x)",
        "[@Ann](mention:everyone)",
        f'<span class="mention" data-account="{ANN}">@Ann</span>',
        f'<a href="mention:{ANN}">@Ann</a>',
        f"\\[@Ann](mention:{ANN})",
    ],
)
def test_what_only_looks_like_a_mention_is_none(source: str) -> None:
    rendered = render(source, resolve=lambda _: None, people=True)
    assert rendered.mentions == []
    assert 'class="mention"' not in rendered.html
    assert "data-account" not in rendered.html


def test_a_broken_link_after_a_mention_ends_where_it_ends() -> None:
    html = render(f"[@Ann](mention:{ANN}) [a](b) [c](https://d.example)", resolve=lambda _: None, people=True).html
    assert html == (
        f'<p><span class="mention" data-account="{ANN}">@Ann</span> <span class="broken-link">a</span> '
        '<a href="https://d.example" rel="noopener noreferrer">c</a></p>\n'
    )
