"""Files of a course."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from banyan import files
from banyan.app import Banyan
from banyan.files import FileInfo, MislabelledFile, RefusedFile, UnsafeSvg
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound, TooLarge
from tests.files.uploads import PNG, SVG, in_chunks
from tests.story import School, published_course


@pytest.fixture
async def course_id(school: School) -> UUID:
    return UUID((await published_course(await school.teacher(), lessons=0, publish=False)).id)


async def upload(banyan: Banyan, school: School, course_id: UUID, name: str = "leaf.png") -> FileInfo:
    received = await files.receive(banyan.kit, name, in_chunks(PNG))
    async with banyan.kit.db.write() as tx:
        return await files.add_file(tx, school.id, course_id, received)


async def test_an_upload_becomes_a_file_of_the_course(banyan: Banyan, school: School, course_id: UUID) -> None:
    info = await upload(banyan, school, course_id, "../Großes Blatt?.png")
    assert (info.course_id, info.name, info.media_type, info.size) == (
        course_id, "Großes Blatt?.png", "image/png", len(PNG)
    )  # fmt: skip
    assert await files.file_info(banyan.kit.db.read(), info.id) == info
    assert files.view(info).url == f"/api/v1/files/{info.id}/Gro%C3%9Fes%20Blatt%3F.png"
    with pytest.raises(NotFound):
        await files.file_info(banyan.kit.db.read(), new_id())


async def test_what_is_refused_leaves_nothing_behind(
    banyan: Banyan, school: School, course_id: UUID, tmp_path: Path, statements: list[str]
) -> None:
    for name, content, problem in (
        ("leaf.png", b"GIF89a\x01\0\x01\0", MislabelledFile),
        ("leaf.png", b"MZ\x90\0", RefusedFile),
        ("leaf.svg", SVG.format("<script/>").encode(), UnsafeSvg),
    ):
        statements.clear()
        with pytest.raises(problem):
            await files.receive(banyan.kit, name, in_chunks(content))
        assert statements == []
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_an_upload_that_is_too_large_is_refused_before_all_of_it_came(banyan: Banyan) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"x" * (1 << 20)

    with pytest.raises(TooLarge):
        await files.receive(banyan.kit, "a.txt", endless(), limit=3 << 20)
    assert asked == 4
    with pytest.raises(TooLarge):  # whoever calls cannot raise the installation's own limit
        await files.receive(banyan.kit, "a.txt", endless(), limit=1 << 40)
    assert asked == 4 + 201


async def test_the_same_bytes_are_two_files_and_stored_once(banyan: Banyan, school: School, course_id: UUID) -> None:
    one, two = await upload(banyan, school, course_id), await upload(banyan, school, course_id, "copy.png")
    assert one.id != two.id
    assert one.digest == two.digest


async def test_files_are_found_only_in_their_own_course(banyan: Banyan, school: School, course_id: UUID) -> None:
    other = UUID((await published_course(await school.teacher(), lessons=0, publish=False)).id)
    here, there = await upload(banyan, school, course_id), await upload(banyan, school, other)
    asked = [here.id, there.id, new_id()]
    assert await files.files_by_id(banyan.kit.db.read(), course_id, asked) == {here.id: here}


async def test_many_files_are_one_statement_and_none_is_none(
    banyan: Banyan, school: School, course_id: UUID, statements: list[str]
) -> None:
    received = [await files.receive(banyan.kit, f"{n}.txt", in_chunks(str(n).encode())) for n in range(30)]
    statements.clear()
    async with banyan.kit.db.write() as tx:
        added = await files.add_files(tx, school.id, course_id, received)
        assert await files.add_files(tx, school.id, course_id, []) == []
    assert len(statements) == 1
    assert [file.name for file in added] == [f"{n}.txt" for n in range(30)]
    found = await files.files_by_id(banyan.kit.db.read(), course_id, [file.id for file in added])
    assert set(found.values()) == set(added)
    statements.clear()
    assert await files.files_by_id(banyan.kit.db.read(), course_id, []) == {}
    assert statements == []


async def test_a_copy_of_a_file_shares_its_bytes(
    banyan: Banyan, school: School, course_id: UUID, statements: list[str]
) -> None:
    target = UUID((await published_course(await school.teacher(), lessons=0, publish=False)).id)
    one, two = await upload(banyan, school, course_id), await upload(banyan, school, course_id, "two.png")
    elsewhere = await upload(banyan, school, target)
    statements.clear()
    async with banyan.kit.db.write() as tx:
        copies = await files.copy_files(tx, course_id, target, [one.id, two.id, elsewhere.id, new_id()])
        assert await files.copy_files(tx, course_id, target, []) == {}
    assert len(statements) == 1
    assert set(copies) == {one.id, two.id}
    assert copies[two.id].id not in (one.id, two.id)
    assert (copies[two.id].course_id, copies[two.id].name, copies[two.id].digest) == (target, "two.png", two.digest)
