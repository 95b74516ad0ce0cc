"""What tests of attempts stand on."""

import pytest

from tests.assessments.scene import Desk
from tests.attempts.scene import Exam
from tests.story import School


@pytest.fixture
async def desk(school: School) -> Desk:
    return await Desk.set_up(school)


@pytest.fixture
async def exam(desk: Desk) -> Exam:
    """Four questions, one attempt, no limits."""
    return await Exam.set_up(desk)
