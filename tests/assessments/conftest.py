"""What tests of tests stand on."""

import pytest

from tests.assessments.scene import Desk
from tests.story import School


@pytest.fixture
async def desk(school: School) -> Desk:
    return await Desk.set_up(school)
