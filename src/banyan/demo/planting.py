"""Plants the demo school once."""

import asyncio
from importlib import resources
from pathlib import Path
from uuid import UUID

from banyan import accounts, classes, courses, groups, messages, packages, schools
from banyan.demo.examining import plant_results
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit

__all__ = ["ADDRESSES", "PASSWORD", "plant"]

PASSWORD = "grow-with-banyan"  # noqa: S105 -- told to everyone who starts the demo
_ADMIN, _TEACHER, _LEARNER = ADDRESSES = ("admin@demo.school", "teacher@demo.school", "learner@demo.school")
_TALKED_ABOUT = "how-a-banyan-grows"
_WELCOME = """\
Welcome under the tree. Ask whatever you like; there is always someone who wonders about the same.

To begin with: **which tree did you grow up with**, and what did you learn from it?"""
_COURSES = Path(str(resources.files("banyan") / "demo" / "courses"))


async def plant(kit: Kit) -> None:
    """Make the demo school with its people and courses, unless it is there or the installation has schools of its own.

    A start that was cut short is made good by the next one: the learner comes last.
    """
    if await schools.has_other_schools(kit.db, "demo"):
        return
    school = await schools.ensure_school(kit.db, "demo", "Demo School")
    if _LEARNER in await accounts.accounts_by_email(kit.db.read(), school.id, [_LEARNER]):
        return
    await accounts.ensure_account(kit.db, school.id, _ADMIN, "Amina Hassan", PASSWORD, "admin")
    teacher = await accounts.ensure_account(kit.db, school.id, _TEACHER, "Tomás Silva", PASSWORD, "teacher")
    actor = Actor(teacher.id, school.id, "teacher", UUID(int=0))
    await _plant_courses(kit, actor)
    await plant_results(kit, actor)
    await accounts.ensure_account(kit.db, school.id, _LEARNER, "Lena Okafor", PASSWORD, "learner")


async def _plant_courses(kit: Kit, teacher: Actor) -> None:
    planted = await courses.courses_owned(kit.db.read(), teacher.id)
    for folder in sorted(_COURSES.iterdir()):
        package = await asyncio.to_thread(packages.read_folder, folder)
        if package.title in planted:
            continue
        async with kit.db.joined_write():
            imported = await packages.import_package(kit, teacher, package, publish=True)
            group = await _plant_group(kit, teacher, imported.course_id) if folder.name == _TALKED_ABOUT else None
        if group is not None:
            welcome = await messages.send(kit, teacher, group.id, "welcome", messages.SendMessage(text=_WELCOME))
            await messages.pin(kit, teacher, group.id, welcome)


async def _plant_group(kit: Kit, teacher: Actor, course_id: UUID) -> groups.GroupView:
    """A class and a study group in it, which whoever is in the course may join."""
    autumn = await classes.begin_class(kit, teacher, course_id, classes.NewClass(name="Autumn"))
    group = await groups.begin_group(
        kit, teacher, autumn.id, groups.NewGroup(name="Under the tree", description="Questions, finds, and company.")
    )
    await groups.join(kit, teacher, group.id, groups.JoinGroup())
    return group
