"""What the tests of the gradebook have in common."""

import pytest

from tests.assessments.scene import Desk
from tests.attempts.scene import Exam
from tests.story import School


@pytest.fixture
async def exam(school: School) -> Exam:
    """A published test: a choice, a statement, a number and a word, a point each."""
    return await Exam.set_up(await Desk.set_up(school), attempts=None, show_answers="at_once")
