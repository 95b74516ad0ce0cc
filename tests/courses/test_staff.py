"""Who is on the staff of a course."""

import asyncio

from banyan.kit.ids import new_id
from tests.courses.conftest import Desk
from tests.story import School


async def test_an_owner_brings_someone_in_by_address(school: School, desk: Desk) -> None:
    colleague = await school.teacher("Wangari")
    answer = await desk.teacher.post(f"{desk.path}/staff", {"email": colleague.email.upper(), "role": "teacher"})
    member = {"account": {"id": str(colleague.id), "name": "Wangari", "email": colleague.email}, "role": "teacher"}
    assert (answer.status_code, answer.json()) == (201, member)
    listed = (await desk.teacher.get(f"{desk.path}/staff")).json()
    assert [entry["role"] for entry in listed["items"]] == ["owner", "teacher"]
    assert listed["items"][1] == member
    assert listed["next"] is None
    # It holds from the next request on.
    assert (await colleague.patch(desk.path, {"version": 1, "title": "Ours"})).status_code == 200
    assert [person.name for person in (await desk.page()).teachers] == [desk.teacher.name, "Wangari"]


async def test_nobody_is_brought_in_from_another_school(school: School, other_school: School, desk: Desk) -> None:
    theirs = await other_school.teacher()
    for email in (theirs.email, "nobody@demo.school", "no-address"):
        answer = await desk.teacher.post(f"{desk.path}/staff", {"email": email, "role": "assistant"})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_such_account")
    for account in (theirs.id, new_id()):
        assert (await desk.teacher.put(f"{desk.path}/staff/{account}", {"role": "assistant"})).status_code == 404
    assert len((await desk.teacher.get(f"{desk.path}/staff")).json()["items"]) == 1


async def test_a_role_changes_and_ends_at_once(school: School, desk: Desk) -> None:
    colleague = await desk.staff(await school.learner(), "teacher")
    assert (await colleague.post(f"{desk.path}/modules", {"title": "Mine"})).status_code == 201
    await desk.staff(colleague, "assistant")
    assert (await colleague.post(f"{desk.path}/modules", {"title": "Mine"})).status_code == 403
    assert (await colleague.post(f"{desk.path}/previews", {"source": "x"})).status_code == 200
    assert (await desk.teacher.delete(f"{desk.path}/staff/{colleague.id}")).status_code == 204
    assert (await colleague.post(f"{desk.path}/previews", {"source": "x"})).status_code == 404
    assert (await desk.teacher.delete(f"{desk.path}/staff/{colleague.id}")).status_code == 404


async def test_everyone_may_leave_but_the_last_owner(school: School, desk: Desk) -> None:
    colleague = await desk.staff(await school.teacher(), "assistant")
    assert (await colleague.delete(f"{desk.path}/staff/{desk.teacher.id}")).status_code == 403
    assert (await colleague.delete(f"{desk.path}/staff/{colleague.id}")).status_code == 204
    own = f"{desk.path}/staff/{desk.teacher.id}"
    for answer in (
        await desk.teacher.delete(own),
        await desk.teacher.put(own, {"role": "teacher"}),
        await desk.teacher.post(f"{desk.path}/staff", {"email": desk.teacher.email, "role": "assistant"}),
        await (await school.admin()).delete(own),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    await desk.staff(colleague, "owner")
    assert (await desk.teacher.delete(own)).status_code == 204
    assert (await desk.teacher.patch(desk.path, {"version": 1})).status_code == 404


async def test_of_two_owners_who_leave_at_once_one_stays(school: School, desk: Desk) -> None:
    second = await desk.staff(await school.teacher(), "owner")
    answers = await asyncio.gather(
        *(person.delete(f"{desk.path}/staff/{person.id}") for person in (desk.teacher, second))
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_an_admin_of_the_school_counts_as_owner(school: School, desk: Desk) -> None:
    admin = await school.admin()
    colleague = await school.teacher()
    added = await admin.post(f"{desk.path}/staff", {"email": colleague.email, "role": "owner"})
    assert added.status_code == 201
    assert (await admin.patch(desk.path, {"version": 1, "title": "Checked"})).json()["role"] == "owner"
