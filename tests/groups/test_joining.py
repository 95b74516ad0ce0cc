"""Coming into groups: by oneself, by request, by invitation, brought in; and never more than there are places."""

import asyncio

from tests.groups.scene import Scene, good, refused
from tests.story import School


async def test_a_learner_makes_a_group_owns_it_and_another_comes_in(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann, description="Every Monday", places=5)
    seen = good(await ann.get(group.path))
    assert (seen["role"], seen["standing"], seen["members"], seen["places"]) == ("owner", "member", 1, 5)
    assert (seen["class"]["name"], seen["course"]["title"]) == ("Autumn", "Trees")
    found = good(await ben.get(f"{scene.class_path}/groups"))["items"]
    assert [(one["id"], one["standing"], one["members"]) for one in found] == [(group.id, "none", 1)]
    member = good(await group.join(ben), 201)
    assert (member["account"]["name"], member["role"], member["state"]) == ("Ben", "member", "active")
    assert await group.roles(ben) == {"Ann": "owner", "Ben": "member"}
    [joined] = await group.events()
    assert (joined.seq, joined.type, joined.data["author"]) == (1, "member_joined", {"id": str(ben.id), "name": "Ben"})
    assert joined.data["member"] == member
    assert refused(await group.join(ben)) == (409, "already_member")


async def test_a_request_is_told_to_those_who_moderate_once_and_let_in(scene: Scene) -> None:
    ann, mo, ben = [await scene.learner(name) for name in ("Ann", "Mo", "Ben")]
    group = await scene.group(ann, admission="request")
    good(await group.bring(ann, mo), 201)
    good(await group.set(ann, mo, role="moderator"))
    assert good(await group.join(ben), 202)["state"] == "requested"
    assert good(await group.join(ben), 202)["state"] == "requested"
    for moderator in (ann, mo):
        [notice] = [one for one in await scene.notified(moderator) if one.kind == "group_request"]
        assert notice.data == {
            "group": {"id": group.id, "name": "Roots"},
            "author": {"id": str(ben.id), "name": "Ben"},
        }
    assert good(await ben.get(group.path))["standing"] == "requested"
    assert refused(await ben.get(f"{group.path}/members")) == (403, "forbidden")
    assert refused(await ben.get(f"{group.path}/members?state=requested")) == (403, "forbidden")
    asked = good(await mo.get(f"{group.path}/members?state=requested"))["items"]
    assert [one["account"]["name"] for one in asked] == ["Ben"]
    before = await group.taken()
    assert good(await group.bring(mo, ben), 201)["state"] == "active"
    assert await group.taken() == before + 1
    assert [notice.kind for notice in await scene.notified(ben)] == ["group_admitted"]
    admitted = [row for row in await scene.audit() if row.action == "groups.admitted"]
    assert [(row.actor_id, row.details["account"]) for row in admitted] == [
        (ann.id, str(mo.id)),
        (mo.id, str(ben.id)),
    ]


async def test_a_group_of_staff_without_anyone_in_it_tells_the_teachers_of_requests(scene: Scene) -> None:
    group = await scene.group(scene.teacher, admission="request")
    good(await group.join(await scene.learner()), 202)
    assert [notice.kind for notice in await scene.notified(scene.teacher)] == ["group_request"]


async def test_a_request_is_taken_back_or_turned_down_and_can_be_made_again(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann, admission="request")
    good(await group.join(ben), 202)
    good(await group.leave(ben), 204)
    assert good(await ben.get(group.path))["standing"] == "none"
    good(await group.join(ben), 202)
    good(await group.remove(ann, ben), 204)
    assert good(await group.join(ben), 202)["state"] == "requested"
    assert await group.events() == []
    assert [row.action for row in await scene.audit()][-1] == "groups.turned_down"


async def test_an_invitation_opens_what_only_its_members_find(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann, admission="invitation")
    assert refused(await ben.get(group.path)) == (404, "not_found")
    assert good(await ben.get(f"{scene.class_path}/groups"))["items"] == []
    assert refused(await group.join(ben)) == (404, "not_found")
    assert refused(await group.join(ben, invitation="A" * 43)) == (404, "not_found")
    first = await group.invitation(ann)
    token = await group.invitation(ann, days=2)
    assert refused(await group.join(ben, invitation=first)) == (404, "not_found")
    assert good(await group.join(ben, invitation=token), 201)["state"] == "active"
    assert [one["id"] for one in good(await ben.get(f"{scene.class_path}/groups"))["items"]] == [group.id]
    assert good(await ann.get(group.path))["invited_until"] is not None
    assert good(await ben.get(group.path))["invited_until"] is None
    good(await ann.delete(f"{group.path}/invitation"), 204)
    assert refused(await group.join(await scene.learner(), invitation=token)) == (404, "not_found")
    made = [row for row in await scene.audit() if row.action.startswith("groups.invitation")]
    assert [row.action for row in made] == ["groups.invitation_made"] * 2 + ["groups.invitation_voided"]
    assert token not in str(made)


async def test_an_invitation_ends_and_lets_nobody_in_from_outside_the_class(scene: Scene) -> None:
    ann = await scene.learner()
    group = await scene.group(ann, admission="invitation")
    token = await group.invitation(ann)
    assert refused(await group.join(await scene.school.learner(), invitation=token)) == (404, "not_found")
    async with scene.school.banyan.kit.db.write() as tx:
        await tx.execute("update study_group set invitation_expires_at = now() - interval '1 second'")
    assert refused(await group.join(await scene.learner(), invitation=token)) == (404, "not_found")
    stored = await scene.school.banyan.kit.db.read().one(bytes, "select invitation_hash from study_group")
    assert token.encode() not in stored


async def test_an_invitation_spares_the_request(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann, admission="request")
    good(await group.join(ben, invitation=await group.invitation(ann)), 201)


async def test_whoever_was_taken_out_comes_back_only_with_a_moderator(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann)
    good(await group.join(ben), 201)
    good(await group.remove(ann, ben), 204)
    assert [notice.kind for notice in await scene.notified(ben)] == ["group_removed"]
    assert refused(await group.join(ben)) == (403, "taken_out")
    assert refused(await group.join(ben, invitation=await group.invitation(ann))) == (403, "taken_out")
    good(await group.bring(ann, ben), 201)


async def test_whoever_was_taken_out_of_a_group_by_invitation_finds_it_no_more(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann, admission="invitation")
    good(await group.join(ben, invitation=await group.invitation(ann)), 201)
    good(await group.remove(ann, ben), 204)
    assert refused(await ben.get(group.path)) == (404, "not_found")
    assert refused(await group.join(ben)) == (404, "not_found")


async def test_only_moderators_bring_someone_in_and_only_from_the_class(scene: Scene) -> None:
    ann, ben, outsider = await scene.learner(), await scene.learner(), await scene.school.learner()
    group = await scene.group(ann)
    third = await scene.learner()
    assert refused(await group.bring(ben, third)) == (403, "forbidden")
    good(await group.join(ben), 201)
    assert refused(await group.bring(ben, third)) == (403, "forbidden")
    assert refused(await group.bring(ann, outsider)) == (422, "not_in_class")
    assert refused(await group.bring(ann, ben)) == (409, "already_member")
    good(await group.bring(scene.teacher, third), 201)


async def test_staff_join_like_anyone_and_own_what_nobody_owns(scene: Scene) -> None:
    group = await scene.group(scene.teacher, admission="invitation")
    assert good(await scene.teacher.get(group.path))["standing"] == "staff"
    assert await group.roles(scene.teacher) == {}
    assert good(await group.join(scene.teacher), 201)["role"] == "owner"
    assistant = await scene.staff("assistant", "Asa")
    assert good(await group.join(assistant), 201)["role"] == "member"
    assert good(await assistant.get(group.path))["standing"] == "member"
    assert await group.roles(assistant) == {"Tara": "owner", "Asa": "member"}


async def test_nobody_comes_into_an_archived_group(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann)
    good(await group.change(ann, state="archived"))
    assert refused(await group.join(ben)) == (409, "group_archived")
    assert refused(await group.bring(ann, ben)) == (409, "group_archived")
    assert refused(await ann.post(f"{group.path}/invitation", {})) == (409, "group_archived")
    good(await group.change(ann, state="active"))
    good(await group.join(ben), 201)


async def test_twelve_who_come_at_once_take_the_three_places_that_are_left(scene: Scene) -> None:
    group = await scene.group(await scene.learner(), places=4)
    people = [await scene.learner() for _ in range(12)]
    answers = await asyncio.gather(*(group.join(person) for person in people))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 9
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"group_full"}
    assert await group.taken() == 4
    assert [event.seq for event in await group.events()] == [1, 2, 3]


async def test_one_who_comes_twice_at_once_takes_one_place(scene: Scene) -> None:
    group, eager = await scene.group(await scene.learner(), places=3), await scene.learner()
    answers = await asyncio.gather(*(group.join(eager) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert await group.taken() == 2


async def test_a_full_group_takes_requests_but_lets_nobody_in(scene: Scene) -> None:
    ann, ben, eve = [await scene.learner() for _ in range(3)]
    group = await scene.group(ann, places=2, admission="request")
    good(await group.bring(ann, ben), 201)
    good(await group.join(eve), 202)
    assert refused(await group.bring(ann, eve)) == (409, "group_full")
    good(await group.leave(ben), 204)
    good(await group.bring(ann, eve), 201)


async def test_whoever_leaves_the_course_while_coming_in_is_not_in_the_group(scene: Scene) -> None:
    group = await scene.group(await scene.learner())
    people = [await scene.learner() for _ in range(6)]
    await asyncio.gather(
        *(group.join(person) for person in people),
        *(person.delete(f"{scene.course.path}/enrolments/current") for person in people),
    )
    assert await group.taken() == 1
    for person in people:
        assert refused(await person.get(group.path)) == (404, "not_found")


async def test_what_was_said_before_counts_as_read(scene: Scene) -> None:
    ann, ben, eve = [await scene.learner() for _ in range(3)]
    group = await scene.group(ann)
    good(await group.join(ben), 201)
    good(await group.join(eve), 201)
    read = await scene.school.banyan.kit.db.read().one(
        int, "select read_seq from group_membership where account_id = $1", eve.id
    )
    assert read == 1


async def test_nobody_of_another_school_finds_a_group(scene: Scene, other_school: School) -> None:
    group = await scene.group(await scene.learner())
    for stranger in (await other_school.learner(), await other_school.admin()):
        assert refused(await stranger.get(group.path)) == (404, "not_found")
        assert refused(await group.join(stranger)) == (404, "not_found")
        assert refused(await stranger.get(f"{scene.class_path}/groups")) == (404, "not_found")


async def test_a_request_from_whom_the_class_takes_no_more_opens_nothing(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann, admission="request")
    good(await group.join(ben), 202)
    good(await scene.teacher.patch(scene.class_path, {"version": 1, "admission": "staff"}))
    assert refused(await group.bring(ann, ben)) == (422, "not_in_class")
    good(await group.change(ann, admission="open"))
    assert refused(await group.join(ben)) == (403, "forbidden")


async def test_nobody_floods_moderators_with_requests(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann, admission="request")
    for _ in range(30):
        good(await group.join(ben), 202)
        good(await group.leave(ben), 204)
    assert refused(await group.join(ben)) == (429, "too_many_requests")
