"""Where links lead, what pictures show, and on which line something is wrong."""

import pytest

from banyan.kit.markdown import Rendered, render


def codes(rendered: Rendered) -> list[tuple[int, str]]:
    return [(warning.line, warning.code) for warning in rendered.warnings]


def known(target: str) -> str | None:
    return {"fig/x.svg": "/files/1/x.svg", "04-changes.md#why": "/items/4#h-why", "a b.md": "/items/a b"}.get(target)


def test_relative_targets_are_what_the_caller_says() -> None:
    html = render("[why](04-changes.md#why) ![x](fig/x.svg) [s](<a b.md>)", resolve=known).html
    assert '<a href="/items/4#h-why">why</a>' in html
    assert '<img src="/files/1/x.svg" alt="x" loading="lazy">' in html
    assert '<a href="/items/a%20b">s</a>' in html


def test_without_a_caller_to_ask_relative_targets_stay() -> None:
    assert '<a href="04-changes.md#why">' in render("[why](04-changes.md#why)").html


def test_broken_targets_are_reported_on_their_line_and_stay_readable() -> None:
    rendered = render(
        "See\n[one](one.md) and\n> - [two][2]\n>   ![three](three.png)\n\n| t |\n|---|\n| [four](4) |\n\n[2]: two.md\n",
        resolve=known,
    )
    assert codes(rendered) == [(2, "broken_link"), (3, "broken_link"), (4, "broken_picture"), (8, "broken_link")]
    assert '<span class="broken-link">one</span>' in rendered.html
    assert '<span class="broken-picture">three</span>' in rendered.html


def test_a_heading_that_is_not_there_is_a_broken_link() -> None:
    rendered = render("## Here\n\n[a](#here) [b](#there)")
    assert codes(rendered) == [(3, "broken_link")]
    assert '<a href="#h-here">a</a>' in rendered.html


def test_links_to_other_sites_keep_their_secrets_and_open_here() -> None:
    html = render("[a](https://a.example/?q=1&r=2) <https://b.example> [c](//c.example) [d](x.md)").html
    assert html.count('rel="noopener noreferrer"') == 3
    assert "target" not in html
    assert 'href="https://a.example/?q=1&amp;r=2"' in html


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#10;script:alert(1)", "&#1;javascript:alert(1)", "vbscript:x",
     "data:text/html,x", "file:///etc/passwd", "java%0ascript:x", "blob:x", "C:\\x"],
)  # fmt: skip
def test_a_target_that_could_do_harm_loses_its_link_and_keeps_its_text(target: str) -> None:
    rendered = render(f"[text]({target}) ![picture]({target})", resolve=lambda _: None)
    assert "text" in rendered.html
    assert "picture" in rendered.html
    assert "href" not in rendered.html
    assert "src" not in rendered.html
    assert len(rendered.warnings) == 2


def test_a_picture_on_another_site_is_not_fetched() -> None:
    rendered = render("![badge](https://a.example/b.svg)")
    assert codes(rendered) == [(1, "external_picture")]
    assert '<span class="broken-picture">badge</span>' in rendered.html


def test_a_picture_alone_is_a_figure_with_its_title_as_caption() -> None:
    assert render('![A fig](fig/x.svg "Cut in *half*")', resolve=known).html == (
        '<figure class="picture"><img src="/files/1/x.svg" alt="A fig" loading="lazy">'
        "<figcaption>Cut in *half*</figcaption></figure>\n"
    )


def test_attributes_in_braces_give_the_alternative_text_even_over_lines() -> None:
    source = '![By *Jorge*, <https://p.example>](fig/x.svg){alt=\'It\\\'s "FINAL.doc"\n#@$%{} $x$\' width="60%"}\n'
    html = render(source, resolve=known).html
    assert 'alt="It\'s &quot;FINAL.doc&quot;\n#@$%{} $x$"' in html
    assert "<figcaption>By <em>Jorge</em>, <a " in html
    assert "60%" not in html
    assert "<math" not in html


def test_attributes_after_links_and_code_vanish_but_other_braces_stay() -> None:
    assert render('[a](x.md){target="_blank"} `b`{.python} `c`{d} e{.f}').html == (
        '<p><a href="x.md">a</a> <code>b</code> <code>c</code>{d} e{.f}</p>\n'
    )


def test_html_pictures_and_links_are_resolved_like_others() -> None:
    rendered = render('<img src="fig/x.svg" alt="X" width="60%">\n\n<a href="lost.md">a</a>\n', resolve=known)
    assert '<img width="60%" src="/files/1/x.svg" alt="X" loading="lazy">' in rendered.html
    assert codes(rendered) == [(3, "broken_link")]
    assert "<a>a</a>" in rendered.html


def test_a_scheme_of_the_callers_own_is_the_callers_to_resolve() -> None:
    rendered = render("[a](item:3#why) [b](item:4)", resolve={"item:3#why": "/items/3#h-why"}.get)
    assert '<a href="/items/3#h-why">a</a>' in rendered.html
    assert codes(rendered) == [(1, "broken_link")]
