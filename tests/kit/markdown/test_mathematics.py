"""Formulas, and dollar signs that are none."""

import pytest

from banyan.kit.markdown import render


def test_a_formula_in_a_sentence_becomes_mathml() -> None:
    html = render("The area $\\pi r^2$ grows.").html
    assert (
        '<p>The area <math display="inline"><mrow><mi>π</mi><msup><mi>r</mi><mn>2</mn></msup></mrow></math> grows.</p>'
        in html
    )


@pytest.mark.parametrize(
    "source", ["$$x = 1$$", "$$\nx = 1\n$$", "> $$\n> x = 1\n> $$", "```math\nx = 1\n```", "a\n$$x\n= 1$$\nb"]
)
def test_a_formula_of_its_own_stands_in_a_block(source: str) -> None:
    html = render(source).html
    assert (
        '<div class="math" tabindex="0"><math display="block"><mrow><mi>x</mi><mo>=</mo><mn>1</mn></mrow></math></div>'
        in html
    )


@pytest.mark.parametrize(
    "prose",
    ["from $5 to $10", "US$5 or CA$6", "in $HOME, `$PATH`", "\\$x$", "costs $ 5 $", "$$", "$5 (`a$`)", "a $$ b"],
)
def test_prices_and_shell_variables_stay_text(prose: str) -> None:
    html = render(prose).html
    assert "<math" not in html
    assert "$" in html


def test_a_price_before_a_formula_does_not_swallow_it() -> None:
    html = render("It costs $5, and $x$ more.").html
    assert html.startswith("<p>It costs $5, and <math")


@pytest.mark.parametrize(
    "latex", ["\\frac{a", "\\begin{matrix} a", "x" * 2_001, "{" * 900, "{" * 900 + "}" * 900, "\\frac"]
)
def test_a_formula_that_cannot_be_read_is_shown_and_reported_on_its_line(latex: str) -> None:
    rendered = render(f"a\n\nb\n$${latex}$$\n")
    assert latex in rendered.html
    assert [(w.line, w.code) for w in rendered.warnings] == [(4, "mathematics")]


def test_a_broken_formula_in_a_sentence_has_its_line() -> None:
    rendered = render("one\ntwo $\\frac{a$ three\n")
    assert [(w.line, w.code) for w in rendered.warnings] == [(2, "mathematics")]
    assert '<code class="math-error">\\frac{a</code>' in rendered.html
