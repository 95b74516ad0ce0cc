"""What the attacks share."""

from pathlib import Path

import pytest

from banyan.settings import Settings, load
from tests.security.stage import Stage
from tests.story import Course, School, published_course


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings under which a crowd may come from one address; the limits have tests of their own."""
    patient = {"sign_in_per_address": "1000 per minute", "mails_per_address": "1000 per hour"}
    return load({}, data=tmp_path, server={"base_url": "http://demo.school"}, accounts=patient)


@pytest.fixture
async def stage(school: School, other_school: School) -> Stage:
    """A published course and everyone around it."""
    return await Stage.set_up(school, other_school)


@pytest.fixture
async def course(school: School) -> Course:
    """A published course and its teacher."""
    return await published_course(await school.teacher())
