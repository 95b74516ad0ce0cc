"""Columns become fields, or the statement is refused."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import msgspec
import pytest

from banyan.kit.database import Database, connect
from banyan.kit.ids import new_id

CourseId = NewType("CourseId", UUID)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = await connect(database_url, size=2)
    yield database
    await database.close()


class Point(msgspec.Struct, frozen=True):
    x: int
    y: int


class Marked(msgspec.Struct, kw_only=True):
    id: CourseId
    name: str
    kind: Literal["a", "b"]
    marks: list[int]
    at: datetime | None


class Circle(msgspec.Struct, tag="circle"):
    radius: float


class Square(msgspec.Struct, tag="square"):
    side: float


class Drawing(msgspec.Struct):
    where: Point
    maybe: Point | None
    shape: Circle | Square
    points: list[Point]
    raw: msgspec.Raw
    words: dict[str, int]
    anything: Any


async def test_a_row_becomes_a_struct_whatever_the_order_of_its_columns(db: Database) -> None:
    assert await db.read().one(Point, "select 1 as x, 2 as y") == Point(1, 2)
    assert await db.read().one(Point, "select 2 as y, 1 as x") == Point(1, 2)


async def test_keyword_fields_arrays_and_nulls_are_read(db: Database) -> None:
    course = new_id()
    row = await db.read().one(
        Marked,
        "select $1::uuid as id, 'n' as name, 'a' as kind, array[1, 2] as marks, null::timestamptz as at",
        course,
    )
    assert row == Marked(id=CourseId(course), name="n", kind="a", marks=[1, 2], at=None)


@pytest.mark.parametrize(
    "sql", ["select 1 as x", "select 1 as x, 2 as y, 3 as z", "select 1 as x, 2 as z", "select 1 as x, 2 as x, 3 as y"]
)
async def test_columns_that_are_not_the_fields_are_refused(db: Database, sql: str) -> None:
    with pytest.raises(TypeError, match="are not the fields"):
        await db.read().all(Point, sql)


async def test_a_plain_type_takes_exactly_one_column(db: Database) -> None:
    assert await db.read().one(int, "select 7 as n") == 7
    assert await db.read().all(str, "select name from (values ('a'), ('b')) as t (name)") == ["a", "b"]
    with pytest.raises(TypeError, match="takes one column"):
        await db.read().one(int, "select 7 as n, 8 as m")


async def test_jsonb_comes_out_as_the_type_of_its_field(db: Database) -> None:
    drawing = Drawing(
        where=Point(1, 2),
        maybe=None,
        shape=Square(3.5),
        points=[Point(0, 0), Point(1, 1)],
        raw=msgspec.Raw(b'{"kept":  "as it is"}'),
        words={"a": 1},
        anything={"deep": [1, None], "text": 'a "quoted" word \u202e é'},
    )
    row = await db.read().one(
        Drawing,
        """
        select $1::jsonb as "where", $2::jsonb as maybe, $3::jsonb as shape, $4::jsonb as points,
               $5::jsonb as raw, $6::jsonb as words, $7::jsonb as anything
        """,
        drawing.where, drawing.maybe, drawing.shape, drawing.points,
        bytes(drawing.raw), drawing.words, drawing.anything,
    )  # fmt: skip
    assert msgspec.json.decode(row.raw) == {"kept": "as it is"}
    assert msgspec.structs.replace(row, raw=drawing.raw) == drawing


async def test_jsonb_in_a_plain_field_is_refused(db: Database) -> None:
    class Note(msgspec.Struct):
        text: str

    with pytest.raises(TypeError, match="column text is jsonb"):
        await db.read().all(Note, "select '\"a\"'::jsonb as text")


async def test_a_null_in_the_first_row_does_not_hide_the_json_in_the_next(db: Database) -> None:
    class Place(msgspec.Struct):
        point: Point | None

    rows = await db.read().all(
        Place, "select point from (values (null::jsonb), ('{\"x\": 1, \"y\": 2}'), ('null')) as t (point)"
    )
    assert rows == [Place(None), Place(Point(1, 2)), Place(None)]


async def test_jsonb_alone_comes_out_as_the_type_asked_for(db: Database) -> None:
    assert await db.read().one(list[int], "select '[1, 2]'::jsonb as numbers") == [1, 2]
    assert await db.read().one(dict[str, Any], "select '{\"a\": null}'::jsonb as whole") == {"a": None}


async def test_an_annotated_field_is_read_as_its_type(db: Database) -> None:
    class Short(msgspec.Struct):
        name: Annotated[str, msgspec.Meta(max_length=3)]
        tags: Annotated[list[str], msgspec.Meta(max_length=3)]

    assert await db.read().one(Short, "select 'abc' as name, '[\"x\"]'::jsonb as tags") == Short("abc", ["x"])
