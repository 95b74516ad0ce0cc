"""What people wrote is told in plain words, in one line."""

import pytest

from banyan.notifications.excerpts import excerpt


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello.", "Hello."),
        ("[@Ann Lee](mention:01a2015a-e768-70b3-a975-b6e8bc0c5f51) look", "@Ann Lee look"),
        ("See [the book](https://example.org/a) and ![a tree](https://example.org/b.png)", "See the book and a tree"),
        ("# Title\n\n> quoted\n\n- one\n- two\n\n1. first", "Title quoted one two first"),
        ("**bold** __bold__ ~~gone~~ `code` *as it is* snake_case", "bold bold gone code *as it is* snake_case"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("a\u2028b\r\n\tc   d\x0be", "a b c d e"),
        ("2 * 3 * 4 - 5 > [x] (y)", "2 * 3 * 4 - 5 > [x] (y)"),
        ("", ""),
    ],
)
def test_its_marks_are_left_out(text: str, words: str) -> None:
    assert excerpt(text) == words


def test_a_long_one_is_cut() -> None:
    assert excerpt("x" * 280) == "x" * 280
    assert excerpt("y" * 281) == "y" * 279 + "…"
    assert excerpt("word " * 100).endswith("word…")
