"""What staff do is noted, once each, for those who answer for the course or the school; and stays as it was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from banyan.app import Banyan
from banyan.kit.actor import Actor
from banyan.kit.deeds import Deed
from banyan.kit.ids import new_id
from tests.story import Course, Person, School, published_course


def acting(person: Person) -> Actor:
    return Actor(person.id, person.school_id, "teacher", new_id())


async def note(banyan: Banyan, person: Person, action: str = "groups.removed", **more: Any) -> None:
    async with banyan.kit.db.write() as tx:
        await tx.emit(Deed(acting(person), action, "group:1", **more))


async def entries(person: Person, path: str) -> list[dict[str, Any]]:
    answer = await person.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def told(person: Person, path: str) -> list[tuple[str, str, dict[str, Any]]]:
    """What was done, to what, and the details, the oldest first."""
    return [(one["action"], one["subject"], one["details"]) for one in reversed(await entries(person, path))]


async def course_of(school: School) -> Course:
    return await published_course(await school.teacher("Tilda"), publish=False)


class TestReading:
    async def test_an_entry_tells_who_did_what_to_whom(self, school: School, banyan: Banyan) -> None:
        course = await course_of(school)
        await note(banyan, course.teacher, course_id=course.id, details={"name": "Ann", "times": 2, "all": False})
        (entry,) = await entries(course.teacher, f"{course.path}/audit")
        assert entry["actor"] == {"id": str(course.teacher.id), "name": "Tilda"}
        assert (entry["action"], entry["subject"], entry["course_id"]) == ("groups.removed", "group:1", course.id)
        assert entry["details"] == {"name": "Ann", "times": 2, "all": False}

    async def test_the_name_stays_as_it_was_then(self, school: School, banyan: Banyan) -> None:
        course = await course_of(school)
        await note(banyan, course.teacher, course_id=course.id)
        await course.teacher.patch("/me", {"name": "Someone Else"})
        await note(banyan, course.teacher, course_id=course.id)
        names = [entry["actor"]["name"] for entry in await entries(course.teacher, f"{course.path}/audit")]
        assert names == ["Someone Else", "Tilda"]

    async def test_what_is_taken_back_was_never_done(self, school: School, banyan: Banyan) -> None:
        course = await course_of(school)
        with pytest.raises(RuntimeError):
            async with banyan.kit.db.write() as tx:
                await tx.emit(Deed(acting(course.teacher), "a.b", "c", course.teacher.id))
                raise RuntimeError
        assert await entries(await school.admin(), "/audit") == []

    async def test_pages_follow_one_another_newest_first(self, school: School, banyan: Banyan) -> None:
        admin = await school.admin()
        for number in range(7):
            await note(banyan, admin, f"test.number_{number}")
        seen, after = [], ""
        while True:
            page = (await admin.get(f"/audit?limit=3{after}")).json()
            seen += [entry["action"] for entry in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == [f"test.number_{number}" for number in reversed(range(7))]

    async def test_one_can_ask_for_an_action_an_actor_or_both(self, school: School, banyan: Banyan) -> None:
        admin, other = await school.admin(), await school.admin()
        course = await course_of(school)
        for person in (admin, other):
            for action in ("one.done", "two.done"):
                await note(banyan, person, action, course_id=course.id)
        for path in ("/audit", f"{course.path}/audit"):
            assert [one["action"] for one in await entries(admin, f"{path}?action=one.done")] == ["one.done"] * 2
            by_other = await entries(admin, f"{path}?actor={other.id}")
            assert [one["action"] for one in by_other] == ["two.done", "one.done"]
            (both,) = await entries(admin, f"{path}?actor={other.id}&action=two.done")
            assert (both["actor"]["id"], both["action"]) == (str(other.id), "two.done")
            assert await entries(admin, f"{path}?action=three.done") == []

    async def test_a_course_shows_its_own_and_a_school_all_of_its_own(
        self, school: School, other_school: School, banyan: Banyan
    ) -> None:
        one, two = await course_of(school), await course_of(school)
        await note(banyan, one.teacher, "one.done", course_id=one.id)
        await note(banyan, two.teacher, "two.done", course_id=two.id)
        await note(banyan, await other_school.teacher(), "elsewhere.done")
        assert [entry["action"] for entry in await entries(one.teacher, f"{one.path}/audit")] == ["one.done"]
        assert [entry["action"] for entry in await entries(await school.admin(), "/audit")] == ["two.done", "one.done"]

    async def test_it_says_since_when_it_reaches_back(self, school: School, banyan: Banyan) -> None:
        course = await course_of(school)
        for path in ("/audit", f"{course.path}/audit"):
            assert (await (await school.admin()).get(path)).json()["archived_until"] is None
        async with banyan.kit.db.write() as tx:
            for table, month in (("audit_entry", 3), ("audit_entry", 2), ("room_event", 5)):
                await tx.execute(
                    """
                    insert into archived (table_name, path, until, rows, digest, sha256, size)
                    values ($1, $2, $3, 1, '', '', 1)
                    """,
                    table, f"{table}/{month}", datetime(2025, month, 1, tzinfo=UTC),
                )  # fmt: skip
        await banyan.kit.cache.invalidate("archived:audit_entry")
        for path in ("/audit", f"{course.path}/audit"):
            assert (await (await school.admin()).get(path)).json()["archived_until"] == "2025-03-01T00:00:00Z"

    @pytest.mark.parametrize("query", ["after=x", "actor=me", "limit=0", "limit=101", "action=" + "x" * 61])
    async def test_what_makes_no_sense_is_refused(self, school: School, query: str) -> None:
        answer = await (await school.admin()).get(f"/audit?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")

    async def test_it_costs_the_same_for_one_entry_and_for_thirty(
        self, school: School, banyan: Banyan, statements: list[str]
    ) -> None:
        admin = await school.admin()
        costs = []
        for _ in range(2):
            for _ in range(15):
                await note(banyan, admin)
            await admin.get("/audit")
            statements.clear()
            await admin.get("/audit")
            costs.append(len(statements))
        assert costs == [1, 1]


class TestWhatIsNoted:
    async def test_a_new_role_and_a_suspension(self, school: School) -> None:
        admin, person = await school.admin(), await school.learner("Ann")
        await admin.patch(f"/accounts/{person.id}", {"role": "teacher"})
        await admin.patch(f"/accounts/{person.id}", {"role": "teacher", "suspended": True})
        await admin.patch(f"/accounts/{person.id}", {"suspended": False})
        subject = f"account:{person.id}"
        assert await told(admin, "/audit") == [
            ("accounts.role_changed", subject, {"name": "Ann", "before": "learner", "after": "teacher"}),
            ("accounts.suspended", subject, {"name": "Ann"}),
            ("accounts.readmitted", subject, {"name": "Ann"}),
        ]

    async def test_who_comes_to_the_staff_of_a_course_and_who_goes(self, school: School) -> None:
        course, person = await course_of(school), await school.teacher("Bo")
        await course.teacher.post(f"{course.path}/staff", {"email": person.email, "role": "assistant"})
        await course.teacher.put(f"{course.path}/staff/{person.id}", {"role": "teacher"})
        await course.teacher.put(f"{course.path}/staff/{person.id}", {"role": "teacher"})
        await course.teacher.delete(f"{course.path}/staff/{person.id}")
        changes = [(None, "assistant"), ("assistant", "teacher"), ("teacher", None)]
        assert await told(course.teacher, f"{course.path}/audit") == [
            ("courses.staff_changed", f"account:{person.id}", {"name": "Bo", "before": before, "after": after})
            for before, after in changes
        ]

    async def test_that_a_course_is_published_deleted_and_restored(self, school: School) -> None:
        course, admin = await course_of(school), await school.admin()
        await course.publish()
        await course.teacher.delete(course.path)
        for _ in range(2):
            await course.teacher.post(f"{course.path}/restoration")
        assert await told(admin, "/audit") == [
            ("revisions.published", f"course:{course.id}", {"title": "Trees", "revision": 1}),
            ("courses.deleted", f"course:{course.id}", {"title": "Trees"}),
            ("courses.restored", f"course:{course.id}", {"title": "Trees"}),
        ]

    async def test_whom_staff_enrol_and_whom_they_take_out(self, school: School) -> None:
        course, ann = await course_of(school), await school.learner("Ann")
        await course.publish()
        for _ in range(2):  # the second time there is nobody left to enrol
            await course.teacher.post(f"{course.path}/enrolments/batch", {"emails": [ann.email, "new@demo.school"]})
        await course.teacher.delete(f"{course.path}/enrolments/{ann.id}")
        assert await told(course.teacher, f"{course.path}/audit?actor={course.teacher.id}") == [
            ("revisions.published", f"course:{course.id}", {"title": "Trees", "revision": 1}),
            ("enrolments.added", f"course:{course.id}", {"enrolled": 1, "invited": 1}),
            ("enrolments.removed", f"account:{ann.id}", {"name": "Ann"}),
        ]

    async def test_learners_who_come_and_go_by_themselves_are_not(self, school: School) -> None:
        course, ann = await course_of(school), await school.learner()
        await course.publish()
        await course.enrol(ann)
        await ann.delete(f"{course.path}/enrolments/current")
        assert [action for action, _, _ in await told(await school.admin(), "/audit")] == ["revisions.published"]
