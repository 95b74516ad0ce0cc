"""What files are called."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.files.names import clean, extension


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("leaf.png", "leaf.png"),
        ("Großer Baum (2).PNG", "Großer Baum (2).PNG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\trees\\leaf.png", "leaf.png"),
        ("/leaf.png/", "file"),
        ("..", "file"),
        ("", "file"),
        (" . ", "file"),
        (".htaccess", "htaccess"),
        ("leaf.png.", "leaf.png"),
        ("a\x00b\r\nc.png", "abc.png"),
        ("leaf\u202egnp.exe", "leafgnp.exe"),  # right-to-left override, which would show exe.png
        ("Baum\u0308.txt", "Baum\u0308.txt"),
        ("Ba\u0308ume.txt", "Bäume.txt"),  # composed
        ("می\u200cروم.pdf", "می\u200cروم.pdf"),
        ("two   spaces.txt", "two spaces.txt"),
        ("\ud800.png", "png"),
    ],
)
def test_a_name_is_safe_to_show_and_to_store(given_name: str, kept: str) -> None:
    assert clean(given_name) == kept


def test_a_long_name_is_cut_before_its_extension() -> None:
    name = clean("ä" * 300 + ".png")
    assert name == "ä" * 98 + ".png"
    assert len(name.encode()) == 200


@given(st.text())
def test_every_name_becomes_a_plain_one(name: str) -> None:
    cleaned = clean(name)
    assert 0 < len(cleaned.encode()) <= 200
    assert PurePosixPath(cleaned).name == cleaned
    assert "\\" not in cleaned
    assert cleaned.isprintable() or any(letter in cleaned for letter in "\u200c\u200d")
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.png", "png"), ("a.tar.gz", "gz"), (".png", ""), ("a.", ""), ("a", ""), ("a.b c", ""), ("a." + "x" * 21, "")],
)
def test_the_extension_is_what_follows_the_last_dot(name: str, ending: str) -> None:
    assert extension(name) == ending
