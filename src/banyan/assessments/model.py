"""Tests as their teachers write them: settings, sections, questions and draws, and more time for those who need it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.wire import UNSET, Command, Moment, Name, NoNul, Text, UnsetType, View
from banyan.questions import Difficulty

__all__ = [
    "Accommodated",
    "Accommodation",
    "AccommodationView",
    "ChangeTest",
    "CopyTest",
    "DrawRule",
    "Drawable",
    "EntryId",
    "FixedQuestion",
    "Head",
    "Heading",
    "NewTest",
    "OwnAttempt",
    "Points",
    "Prose",
    "PublishTest",
    "Section",
    "SectionEntry",
    "SetAccommodation",
    "Settings",
    "TestCard",
    "TestDraft",
    "TestLine",
    "TestPublished",
    "TestRevision",
    "Told",
    "WhyNot",
]

Told = Literal["at_once", "after_close", "never"]
WhyNot = Literal["not_open_yet", "closed", "no_attempts_left"]
EntryId = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
AccessCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{4,40}$")]
Prose = Annotated[str, msgspec.Meta(max_length=50_000, pattern=NoNul)]
Heading = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Seconds = Annotated[int, msgspec.Meta(ge=10, le=30 * 86_400)]
Points = Annotated[float, msgspec.Meta(ge=0, le=1000)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a test is taken.

    Attributes:
        description: Markdown, shown before the start.
        time_limit_seconds: for one attempt; None for as long as the test is open.
        opens_at, closes_at: when an attempt can begin and when each ends at the latest, in UTC; None for no such bound.
        attempts: that a learner has; None for as many as they like.
        counts: which of several attempts is the result.
        pass_percent: of the points; None for a test that nobody passes or fails.
        page: one question on a page, or all.
        go_back: whether a question can be seen again once it was left.
        shuffle: the questions of every section, beside those sections that say so themselves.
        access_code: to be given at the start, in capitals; staff alone see it.
        show_score, show_answers, show_feedback: when learners are told. After the close is at once where there is none.
        grade_blind: graders are not told whose answer they read.
    """

    description: Prose = ""
    time_limit_seconds: Seconds | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    attempts: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = 1
    counts: Literal["best", "last", "first", "average"] = "best"
    pass_percent: Percent | None = None
    page: Literal["one", "all"] = "all"
    go_back: bool = True
    shuffle: bool = False
    access_code: AccessCode | None = None
    show_score: Told = "at_once"
    show_answers: Told = "after_close"
    show_feedback: Told = "at_once"
    grade_blind: bool = False


class DrawRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many questions at random: of this category or below, with all of these tags, of this difficulty."""

    count: Annotated[int, msgspec.Meta(ge=1, le=200)]
    category_id: UUID | None = None
    tags: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=NoNul)]], msgspec.Meta(max_length=30)
    ] = []
    difficulty: Difficulty | None = None


class SectionEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either one question, at a version or (None) the newest when the test is published, or a draw.

    `points` is what it counts, or each one drawn; None for what the bank says.
    """

    id: EntryId
    question_id: UUID | None = None
    version: Annotated[int, msgspec.Meta(ge=1)] | None = None
    draw: DrawRule | None = None
    points: Points | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a test; `text` is Markdown that stands before its questions."""

    id: EntryId
    title: Heading = ""
    text: Prose = ""
    shuffle: bool = False
    entries: Annotated[list[SectionEntry], msgspec.Meta(max_length=500)] = []


Sections = Annotated[list[Section], msgspec.Meta(max_length=100)]


class NewTest(Command):
    """A test to begin, at the end of a module: of the last one unless told, or of a new one where there is none."""

    title: Name
    module_id: UUID | None = None
    settings: Settings = Settings()
    sections: Sections = msgspec.field(default_factory=list)


class CopyTest(Command):
    """What the copy is called; the title of the original with “(copy)” unless told."""

    title: Name | UnsetType = UNSET


class ChangeTest(Command):
    """What to change, each as a whole; `version` is the one that was changed."""

    version: int
    title: Name | UnsetType = UNSET
    settings: Settings | UnsetType = UNSET
    sections: Sections | UnsetType = UNSET


class PublishTest(Command):
    """Publish the test; `note` tells the staff what is new."""

    note: Text = ""


class SetAccommodation(Command):
    """What someone has more than the others; dates are theirs instead of everyone's, null for everyone's."""

    extra_percent: Annotated[int, msgspec.Meta(ge=0, le=400)] = 0
    extra_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)] = 0
    extra_attempts: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    opens_at: Moment | None = None
    closes_at: Moment | None = None


class Accommodation(msgspec.Struct, frozen=True, kw_only=True):
    """What one learner has more than the others, in one test; see `SetAccommodation`."""

    account_id: UUID
    extra_percent: int = 0
    extra_minutes: int = 0
    extra_attempts: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What every decision about a test asks. `revision` is the one that learners take, None before the first.

    `deleted`: its item is in the bin, or the module that it is in. `corrections`: how often a key was corrected.
    """

    id: UUID
    school_id: UUID
    course_id: UUID
    title: str
    version: int
    revision: int | None
    corrections: int
    deleted: bool


class OwnAttempt(View):
    """An attempt of the one who asks; `percent` as far as they may know it."""

    id: UUID
    number: int
    state: Literal["running", "submitted", "graded"]
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    percent: float | None


class FixedQuestion(View):
    """A question that a test names, in the version that it would be asked in now."""

    id: UUID
    title: str
    kind: str
    points: float
    version: int
    archived: bool


class Drawable(View):
    """How many questions there are for a draw, by the id of its entry.

    Attributes:
        available: all that fit and are not asked anyway, because another entry names them.
        gives: how many an attempt gets of them, as draws never give the same; fewer than the draw asks for are too few.
    """

    entry_id: str
    available: int
    gives: int


class TestDraft(View):
    """A test as its staff write it.

    Attributes:
        revision: that learners take; null before the first.
        differs: publishing now would give learners another test: it was changed, or questions in it were.
        questions: those that the entries name.
        drawable: for each draw.
    """

    id: UUID
    course_id: UUID
    title: str
    version: int
    settings: Settings
    sections: list[Section]
    revision: int | None
    published_at: datetime | None
    differs: bool
    questions: list[FixedQuestion]
    drawable: list[Drawable]


class TestCard(View):
    """A test as learners see it before they start.

    Attributes:
        html: of the description.
        questions, points: of one attempt; points are null where draws make them differ.
        opens_at, closes_at, time_limit_seconds, attempts_allowed: as they are for the one who asks.
        attempts_left: null for as many as one likes.
        needs_code: an access code is asked for at the start.
        attempts: their own, the oldest first.
        may_start: a new attempt, now. One that runs can always be gone on with.
    """

    id: UUID
    course_id: UUID
    title: str
    html: str
    revision: int
    questions: int
    points: float | None
    opens_at: datetime | None
    closes_at: datetime | None
    time_limit_seconds: int | None
    attempts_allowed: int | None
    attempts_left: int | None
    pass_percent: float | None
    page: Literal["one", "all"]
    go_back: bool
    needs_code: bool
    attempts: list[OwnAttempt]
    may_start: bool
    why_not: WhyNot | None
    now: datetime


class TestLine(View):
    """A test in the list of a course; staff see those that were never published, too."""

    id: UUID
    title: str
    revision: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    time_limit_seconds: int | None


class TestRevision(View):
    """One publication of a test, for its staff; `questions` an attempt has."""

    number: int
    created_at: datetime
    author: Person
    note: str
    title: str
    questions: int


class AccommodationView(View):
    """What someone has more than the others."""

    account: Person
    extra_percent: int
    extra_minutes: int
    extra_attempts: int
    opens_at: datetime | None
    closes_at: datetime | None


class Accommodated(msgspec.Struct, frozen=True):
    """Event: what someone has more than the others in a test is another now."""

    test_id: UUID
    accommodation: Accommodation


class TestPublished(msgspec.Struct, frozen=True):
    """Event: attempts that begin from now on are at this revision."""

    test_id: UUID
    course_id: UUID
    revision: int
