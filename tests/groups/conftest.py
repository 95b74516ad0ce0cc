"""What the stories about groups share."""

import pytest

from tests.groups.scene import Scene
from tests.story import School


@pytest.fixture
async def scene(school: School) -> Scene:
    """A class that all of a course is in, whose learners make groups."""
    return await Scene.set_up(school)
