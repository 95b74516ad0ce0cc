"""A file in a form is taken in as it arrives, and only as much of it as somebody wants."""

from collections.abc import AsyncIterator

import pytest

from banyan.kit.forms import Form, file_in, form_in
from banyan.kit.problems import Malformed, TooLarge

TYPE = "multipart/form-data; boundary=line"


def form(*parts: tuple[str, bytes]) -> bytes:
    return b"".join(f"--line\r\n{head}\r\n\r\n".encode() + body + b"\r\n" for head, body in parts) + b"--line--\r\n"


def named(name: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{more}'


FILE = named("file", '; filename="a.txt"')


async def arriving(body: bytes, size: int = 7) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]
    yield b""


async def read(body: bytes, content_type: str = TYPE, size: int = 7) -> tuple[str, bytes]:
    part = await file_in(content_type, arriving(body, size))
    return part.name, b"".join([chunk async for chunk in part.chunks])


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_the_file_is_found_among_other_parts(size: int) -> None:
    body = form((named("course"), b"Trees"), (FILE, b"one\r\ntwo"), (named("more"), b"And more"))
    assert await read(body, size=size) == ("a.txt", b"one\r\ntwo")


async def test_what_comes_before_the_file_is_not_kept() -> None:
    with pytest.raises(TooLarge):
        await read(form((named("course"), b"x" * (1 << 20) + b"x"), (FILE, b"one")), size=1 << 16)


async def test_what_comes_after_the_file_does_not_go_on_for_ever() -> None:
    with pytest.raises(TooLarge):
        await read(form((FILE, b"one"), (named("more"), b"x" * (1 << 20) + b"x")), size=1 << 16)


@pytest.mark.parametrize("body", [b"", form((FILE, b"one"))])
async def test_what_stands_outside_of_the_boundaries_does_not_go_on_for_ever(body: bytes) -> None:
    with pytest.raises(TooLarge):
        await read(body + b"\r\n" + b"x" * (2 << 20), size=1 << 16)


async def test_nobody_reads_on_once_the_file_is_too_large() -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        yield form((FILE, b""))[: -len(b"\r\n--line--\r\n")]
        while True:
            asked += 1
            yield b"x" * 1000

    part = await file_in(TYPE, endless())
    async for _chunk in part.chunks:
        if asked > 3:
            break
    assert asked < 10


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", TYPE),
        (b"no form at all", TYPE),
        (form((named("file"), b"a field, no file")), TYPE),
        (form((named("other", '; filename="a.txt"'), b"one")), TYPE),
        (form((FILE, b"one"))[:-12], TYPE),
        (form((FILE, b"one"))[:20], TYPE),
        (form((f"{FILE}\r\nContent-Type: text/plain; charset=no-such", b"one"))[:40], TYPE),
        (form(("x" * 5_000, b"one")), TYPE),
        (form((FILE, b"one")), "multipart/form-data"),
        (form((FILE, b"one")), "multipart/form-data; boundary="),
        (b"file=one", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"one", ""),
    ],
)
async def test_what_is_no_form_with_a_file_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(Malformed):
        await read(body, content_type)


async def test_a_charset_that_nobody_knows_does_not_matter() -> None:
    body = form((f"{named('note')}\r\nContent-Type: text/plain; charset=no-such", b"\xff"), (FILE, b"one"))
    assert await read(body) == ("a.txt", b"one")


async def test_many_parts_are_too_many() -> None:
    with pytest.raises((Malformed, TooLarge)):
        await read(form(*[(named("n"), b"")] * 2_000, (FILE, b"one")), size=1 << 16)


async def whole(body: bytes, content_type: str = TYPE, limit: int = 1 << 20, size: int = 1 << 16) -> Form:
    return await form_in(content_type, arriving(body, size), limit=limit)


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_a_small_form_is_held_with_its_fields_in_any_order(size: int) -> None:
    other = named("other", '; filename="b.txt"')
    body = form((named("format"), "Bäume".encode()), (FILE, b"one\r\ntwo"), (other, b"x"), (named("preview"), b"true"))
    assert await whole(body, size=size) == Form("a.txt", b"one\r\ntwo", {"format": "Bäume", "preview": "true"})


async def test_of_what_is_sent_twice_the_first_counts() -> None:
    twice = form((named("n"), b"1"), (FILE, b"one"), (named("n"), b"2"), (FILE, b"two"), (named("file"), b"field"))
    assert await whole(twice) == Form("a.txt", b"one", {"n": "1", "file": "field"})


async def test_a_file_that_is_held_has_a_limit_to_the_byte() -> None:
    assert len((await whole(form((FILE, b"x" * 1000)), limit=1000)).data) == 1000
    with pytest.raises(TooLarge):
        await whole(form((FILE, b"x" * 1001)), limit=1000)


@pytest.mark.parametrize("more", ['; filename="b.txt"', ""])
@pytest.mark.parametrize("after", [True, False])
async def test_what_is_held_beside_a_file_has_a_limit(more: str, after: bool) -> None:
    beside = (named("more", more), b"x" * (1 << 16) + b"x")
    with pytest.raises(TooLarge):
        await whole(form((FILE, b"one"), beside) if after else form(beside, (FILE, b"one")))


async def test_many_small_fields_are_too_many_to_hold() -> None:
    with pytest.raises((Malformed, TooLarge)):
        await whole(form(*[(named(f"n{number}"), b"") for number in range(20)], (FILE, b"one")))


async def test_nobody_reads_on_once_a_form_is_too_large_to_hold() -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        yield form((FILE, b""))[: -len(b"\r\n--line--\r\n")]
        while True:
            asked += 1
            yield b"x" * 1000

    with pytest.raises(TooLarge):
        await form_in(TYPE, endless(), limit=10_000)
    assert asked < 12


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", TYPE),
        (form((named("file"), b"a field, no file")), TYPE),
        (form((FILE, b"one"))[:-12], TYPE),
        (form((FILE, b"one"), (named("n"), b"\xff")), TYPE),
        (form((FILE, b"one")), "multipart/form-data"),
        (b"{}", "application/json"),
    ],
)
async def test_what_is_no_form_with_a_file_cannot_be_held(body: bytes, content_type: str) -> None:
    with pytest.raises(Malformed):
        await whole(body, content_type)
