"""Tests and their questions outside of Banyan: what they name are lines of a file, and paths of categories."""

from typing import Annotated

import msgspec

from banyan.assessments import EntryId, Heading, Points, Prose, Settings
from banyan.questions import Difficulty, Question

__all__ = ["CategoryLine", "PackageBank", "PackageQuestion", "PackageTest", "TestDraw", "TestEntry", "TestSection"]

Path = Annotated[
    list[
        Annotated[
            str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$")
        ]
    ],
    msgspec.Meta(max_length=10),
]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class CategoryLine(_Part, frozen=True):
    """A category of a bank: the names from the outside in."""

    category: Path


class PackageQuestion(Question, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question of a bank; `archived` it is there for tests alone."""

    archived: bool = False


class PackageBank(msgspec.Struct, frozen=True):
    """The categories and questions of a course, each by the number of its line, from 1."""

    categories: dict[int, list[str]]
    questions: dict[int, PackageQuestion]


class TestDraw(_Part, frozen=True):
    """So many questions at random: of this category or below, or of all."""

    count: Annotated[int, msgspec.Meta(ge=1, le=200)]
    category: Path = []
    tags: Annotated[list[Tag], msgspec.Meta(max_length=30)] = []
    difficulty: Difficulty | None = None


class TestEntry(_Part, frozen=True):
    """Either the question of a line or a draw; `pinned` it is asked as it is, whatever becomes of it in the bank."""

    id: EntryId
    question: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    pinned: bool = False
    draw: TestDraw | None = None
    points: Points | None = None


class TestSection(_Part, frozen=True):
    """A part of a test."""

    id: EntryId
    title: Heading = ""
    text: Prose = ""
    shuffle: bool = False
    entries: Annotated[list[TestEntry], msgspec.Meta(max_length=500)] = []


class PackageTest(_Part, frozen=True):
    """A test as its teachers wrote it, which nobody has taken."""

    settings: Settings = Settings()
    sections: Annotated[list[TestSection], msgspec.Meta(max_length=100)] = []
