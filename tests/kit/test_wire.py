"""What is wrong with a body is said with a pointer to it (RFC 6901)."""

from uuid import UUID

import msgspec
import pytest

from banyan.kit.ids import new_id
from banyan.kit.problems import Malformed
from banyan.kit.wire import Command, Name, cursor, decode, read_cursor


class Item(Command):
    title: Name


class Outline(Command):
    modules: list[Item]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"[]", ""),
        (b"{", ""),
        (b"\xff", ""),
        (b"{}", "/modules"),
        (b'{"modules": 1}', "/modules"),
        (b'{"modules": [], "colour": 1}', "/colour"),
        (b'{"modules": [], "a/b~c": 1}', "/a~1b~0c"),
        (b'{"modules": [{"title": "x"}, {"title": ""}]}', "/modules/1/title"),
        (b'{"modules": [{"title": "x"}, {}]}', "/modules/1/title"),
        (b'{"modules": [{"title": "x", "size": 1}]}', "/modules/0/size"),
    ],
)
def test_a_body_that_does_not_fit_is_pointed_at(body: bytes, pointer: str) -> None:
    with pytest.raises(Malformed) as refused:
        decode(body, Outline)
    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert "`$" not in refused.value.errors[0].detail


def test_a_cursor_comes_back_as_it_went() -> None:
    key = ("Ann", new_id())
    assert read_cursor(cursor(*key), str, UUID) == key
    assert read_cursor("", str, UUID) is None


@pytest.mark.parametrize("text", ["x", "bnVsbA", "W10", "é", msgspec.json.encode(["a", "b"]).hex()])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_cursor(text, str, UUID)
