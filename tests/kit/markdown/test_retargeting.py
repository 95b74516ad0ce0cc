"""Moving the targets of links, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.kit.markdown import render, retarget


def moved(target: str) -> str | None:
    return None if target.startswith("stay") else f"/new/{target}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a](x.md)", "[a](/new/x.md)"),
        ("[a]( <x y.md> 'T' )", "[a]( </new/x%20y.md> 'T' )"),
        ("x.md [x.md](x.md) x.md", "x.md [x.md](/new/x.md) x.md"),
        ("[a](x.md) [b](x.md)", "[a](/new/x.md) [b](/new/x.md)"),
        ("[a](stay.md) [b](x.md)", "[a](stay.md) [b](/new/x.md)"),
        ("![a](f/x.svg){alt='f/x.svg'}", "![a](/new/f/x.svg){alt='f/x.svg'}"),
        ("[![a](x.svg)](y.md)", "[![a](/new/x.svg)](/new/y.md)"),
        ("![see [b](y.md)](x.svg)", "![see [b](/new/y.md)](/new/x.svg)"),
        ("> - [a](x.md)\n>   and [b](\n>   y.md)", "> - [a](/new/x.md)\n>   and [b](\n>   /new/y.md)"),
        ("## [a](x.md) ##", "## [a](/new/x.md) ##"),
        ("[a](x.md)\n===", "[a](/new/x.md)\n==="),
        ("| [a](x) | `[a](x)` |\n|-|-|\n| [b](x) | [c](x) |",
         "| [a](/new/x) | `[a](x)` |\n|-|-|\n| [b](/new/x) | [c](/new/x) |"),
        ("+---------+\n| [a](x)  |\n+---------+", "+---------+\n| [a](/new/x)  |\n+---------+"),
        ("[a][r]\n\n[r]: x.md 'T'\n[s]:\n  <y z>", "[a][r]\n\n[r]: /new/x.md 'T'\n[s]:\n  </new/y%20z>"),
        ('a <img alt="x" src="f/x.svg"> b', 'a <img alt="x" src="/new/f/x.svg"> b'),
        ('<p>\n<img\n  src="x.svg">\n</p>', '<p>\n<img\n  src="/new/x.svg">\n</p>'),
        ("[a](x\\_y.md) [b](&auml;.md)", "[a](/new/x_y.md) [b](/new/ä.md)"),
        ("[a](https://x.example) <https://y.example> [b](#c) [d](//z)", None),
        ("`[a](x.md)`\n\n```\n[a](x.md)\n```\n\n    [a](x.md)\n", None),
        ("\\[a](x.md) $[a](x.md)$", None),
        ("::: instructor\n[a](x.md)\n:::\n", "::: instructor\n[a](/new/x.md)\n:::\n"),
        ("a[^1]\n\n[^1]: see [b](x.md)", "a[^1]\n\n[^1]: see [b](/new/x.md)"),
        ("1. a\n\n   [b](x.md)   \n2. [c](item:3#d)", "1. a\n\n   [b](/new/x.md)   \n2. [c](/new/item:3#d)"),
    ],
)  # fmt: skip
def test_targets_move_and_everything_else_stays(before: str, after: str | None) -> None:
    assert retarget(before, moved) == (before if after is None else after)


PIECES = ["[a](x.md)", "![b](", "f.png", ")", "\n", "\n\n", "> ", "- ", "`", "```\n", "| ", "|-|\n", "<img src='x'>",
          "[r]: y\n", "[r]", " ", "::: note\n", ":::\n", "# ", "$", "\\", "*", "  ", "+-+\n"]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_what_is_replaced_by_itself_says_the_same(source: str) -> None:
    assert render(retarget(source, lambda target: target)).html == render(source).html


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_source_breaks_it(source: str) -> None:
    assert retarget(source, lambda _: None) == source.replace("\r\n", "\n").replace("\r", "\n")
