"""What can be done with a message: edit, delete, bring back, react, pin."""

import asyncio

import msgspec
import pytest

from banyan.messages import jobs
from tests.messages.talk import Group, sent_file, study_group
from tests.story import Person, School

# The bytes of a column are shown in hexadecimal digits.
_HELD = """
    select count(*) as n from {0}
     where {0}::text like '%Zaunkoenig%' or {0}::text like '%' || encode('Zaunkoenig', 'hex') || '%'
"""


@pytest.fixture
async def group(school: School) -> Group:
    """A group in which Ann has said something: its owner, a moderator, Ann and Ben."""
    group = await study_group(school)
    for name, role in (("Mo", "moderator"), ("Ann", "member"), ("Ben", "member")):
        await group.member(name, role)
    await group.say(group.people[2], "Hello")
    return group


def people(group: Group) -> tuple[Person, Person, Person, Person]:
    owner, moderator, ann, ben = group.people
    return owner, moderator, ann, ben


async def code(answer: object) -> tuple[int, str]:
    status, text = getattr(answer, "status_code", 0), getattr(answer, "text", "")
    return status, msgspec.json.decode(text)["code"] if status >= 400 else ""


async def test_an_edit_is_seen_as_one(group: Group) -> None:
    _, _, ann, ben = people(group)
    answer = await ann.patch(f"{group.path}/messages/1", {"text": f"Hello, [@Ben](mention:{ben.id})"})
    assert answer.status_code == 200
    edited = answer.json()
    assert edited["mentions"] == [str(ben.id)]
    assert edited["edited_at"] is not None
    assert await group.message(ben, 1) == edited
    last = (await group.events())[-1]
    assert (last.type, msgspec.json.decode(last.data)) == ("message_edited", edited)


async def test_an_edit_that_changes_nothing_is_none(group: Group) -> None:
    _, _, ann, _ = people(group)
    answer = await ann.patch(f"{group.path}/messages/1", {"text": "Hello"})
    assert answer.json()["edited_at"] is None
    assert len(await group.events()) == 1


async def test_only_its_author_edits_a_message_and_not_always(group: Group) -> None:
    owner, moderator, ann, ben = people(group)
    path = f"{group.path}/messages/1"
    for person in (owner, moderator, ben, group.course.teacher):
        assert await code(await person.patch(path, {"text": "Mine"})) == (403, "forbidden")
    assert await code(await ann.patch(path, {"text": " "})) == (400, "malformed")
    assert await code(await ann.patch(f"{group.path}/messages/2", {"text": "No"})) == (404, "not_found")
    assert await code(await ann.patch(f"{group.path}/messages/{2**70}", {"text": "No"})) == (400, "malformed")
    await group.mute(ann)
    assert await code(await ann.patch(path, {"text": "Mine"})) == (403, "muted")
    assert (await ann.delete(path)).status_code == 204, "what one has said one may take back"
    assert (await group.message(ben, 1))["text"] == ""


async def test_a_deleted_message_is_shown_as_such_and_says_nothing(group: Group) -> None:
    _, _, ann, ben = people(group)
    file = await sent_file(group, ann)
    seq = await group.say(ann, f"Bye, [@Ben](mention:{ben.id})", files=[file["id"]])
    await ben.put(f"{group.path}/messages/{seq}/reactions/🌱", None)
    await people(group)[0].put(f"{group.path}/messages/{seq}/pin", None)
    for _ in range(2):
        assert (await ann.delete(f"{group.path}/messages/{seq}")).status_code == 204
    shown = await group.message(ben, seq)
    assert {name: shown[name] for name in ("text", "html", "files", "mentions", "reactions", "pinned")} == {
        "text": "", "html": "", "files": [], "mentions": [], "reactions": [], "pinned": False,
    }  # fmt: skip
    assert shown["deleted_at"] is not None
    assert (await ben.get(f"{group.path}/pins")).json()["items"] == []
    assert (await ben.get(file["url"].removeprefix("/api/v1"))).status_code == 404
    assert [event.type for event in await group.events()].count("message_deleted") == 1
    for change in (
        ann.patch(f"{group.path}/messages/{seq}", {"text": "New"}),
        ben.put(f"{group.path}/messages/{seq}/reactions/🌱", None),
        people(group)[0].put(f"{group.path}/messages/{seq}/pin", None),
        ben.post(f"{group.path}/messages/{seq}/reports", {"reason": "Rude"}),
    ):
        assert await code(await change) == (409, "message_deleted")


async def test_what_was_said_leaves_the_log_with_all_that_quotes_it(group: Group) -> None:
    _, _, ann, ben = people(group)
    seq = await group.say(ann, "Zaunkoenig")
    reply = await group.say(ben, "What?", reply_to=seq)
    await ben.patch(f"{group.path}/messages/{reply}", {"text": "What!"})
    await ann.patch(f"{group.path}/messages/{seq}", {"text": "Zaunkoenigin"})
    assert b"Zaunkoenig" in b"".join(event.data for event in await group.events())
    await ann.delete(f"{group.path}/messages/{seq}")
    assert b"Zaunkoenig" not in b"".join(event.data for event in await group.events())
    quoted = (await group.message(ann, reply))["quoted"]
    assert (quoted["text"], quoted["deleted"]) == ("", True)


async def test_a_deletion_costs_the_same_for_2_and_20_replies(group: Group, statements: list[str]) -> None:
    _, _, ann, ben = people(group)
    costs = []
    for replies in (2, 20):
        seq = await group.say(ann, "Zaunkoenig")
        for _ in range(replies):
            await group.say(ben, "What?", reply_to=seq)
        await group.message(ann, seq)  # which course it is of is remembered for a moment
        statements.clear()
        await ann.delete(f"{group.path}/messages/{seq}")
        costs.append(len(statements))
        assert b"Zaunkoenig" not in b"".join(event.data for event in await group.events())
    assert costs[0] == costs[1]


async def test_who_deleted_a_message_brings_it_back_within_ten_minutes(group: Group) -> None:
    owner, moderator, ann, ben = people(group)
    before = await group.message(ben, 1)
    path = f"{group.path}/messages/1"
    assert await code(await ann.post(f"{path}/restoration")) == (409, "too_late_to_restore")
    await moderator.delete(path)
    for person in (owner, ann, ben):
        assert (await person.post(f"{path}/restoration")).status_code == 403
    assert (await moderator.post(f"{path}/restoration")).status_code == 204
    assert await group.message(ben, 1) == before
    last = (await group.events())[-1]
    assert (last.type, msgspec.json.decode(last.data)) == ("message_edited", before)
    await ann.delete(path)
    await later(group, 11)
    assert await code(await ann.post(f"{path}/restoration")) == (409, "too_late_to_restore")


async def test_what_was_deleted_is_wiped_after_ten_minutes(group: Group) -> None:
    _, _, ann, ben = people(group)
    kept, gone = await sent_file(group, ann), await sent_file(group, ann)
    seq = await group.say(ann, "Zaunkoenig", files=[kept["id"], gone["id"]])
    await group.say(ann, "The same again", files=[kept["id"]])
    await ben.put(f"{group.path}/messages/{seq}/reactions/🌱", None)
    await ann.delete(f"{group.path}/messages/{seq}")
    await jobs.wipe.run(group.banyan.kit)
    assert await stored(group, seq) == "Zaunkoenig"
    await later(group, 11)
    before = await group.read(ben)
    await jobs.wipe.run(group.banyan.kit)
    assert await stored(group, seq) == ""
    assert await group.read(ben) == before
    db = group.banyan.kit.db.read()
    assert await db.all(str, "select emoji from message_reaction") == []
    async with group.banyan.kit.db.write() as tx:
        await tx.execute("update message_file set created_at = now() - interval '2 days'")
    await jobs.forget_files.run(group.banyan.kit)
    assert await db.all(str, "select id::text from message_file") == [kept["id"]]


async def later(group: Group, minutes: int) -> None:
    """Let what was deleted have been deleted so long ago."""
    async with group.banyan.kit.db.write() as tx:
        await tx.execute(
            "update message set deleted_at = now() - make_interval(mins => $1) where deleted_at is not null", minutes
        )


async def stored(group: Group, seq: int) -> str:
    return await group.banyan.kit.db.read().one(
        str, "select text from message where group_id = $1 and seq = $2", group.id, seq
    )


async def test_what_was_deleted_is_in_no_table_any_more_once_it_is_wiped(group: Group) -> None:
    _, _, ann, ben = people(group)
    db = group.banyan.kit.db
    said = {"key": "k", "text": f"Zaunkoenig [@Ben](mention:{ben.id})"}
    posted = await ann.post(f"{group.path}/messages", said, headers={"idempotency-key": "k"})
    seq = posted.json()["seq"]
    await group.say(ben, "What?", reply_to=seq)
    reported = await ben.post(
        f"{group.path}/messages/{seq}/reports", {"reason": "A bird"}, headers={"idempotency-key": "k"}
    )
    assert reported.status_code == 201
    await jobs.tell.run(group.banyan.kit, jobs.Calling(group.id, seq))
    tables = await db.read().all(
        str, "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )

    async def holders() -> list[str]:
        return [table for table in tables if await db.read().one(int, _HELD.format(table))]

    assert {"message", "room_event", "notification"} <= set(await holders())
    await ann.delete(f"{group.path}/messages/{seq}")
    await later(group, 11)
    await jobs.wipe.run(group.banyan.kit)
    assert await holders() == []


async def test_moderators_delete_what_others_said_and_it_is_noted(group: Group) -> None:
    owner, moderator, ann, ben = people(group)
    assert (await ben.delete(f"{group.path}/messages/1")).status_code == 403
    seqs = [1, await group.say(ann), await group.say(ann), await group.say(ann)]
    for person, seq in zip((owner, moderator, group.course.teacher, ann), seqs, strict=True):
        assert (await person.delete(f"{group.path}/messages/{seq}")).status_code == 204
    log = (await group.course.teacher.get(f"{group.course.path}/audit")).json()["items"]
    removed = [entry for entry in log if entry["action"] == "messages.removed"]
    assert [entry["details"]["seq"] for entry in removed] == seqs[2::-1]
    assert {entry["subject"] for entry in removed} == {f"group:{group.id}"}
    assert removed[0]["actor"]["id"] == str(group.course.teacher.id)
    authors = [msgspec.json.decode(one.data)["author"]["name"] for one in await group.events() if "del" in one.type]
    assert authors == ["Olga Owner", "Mo", group.course.teacher.name, "Ann"]


async def test_a_reaction_is_there_once_and_in_everyone_s_eyes(group: Group) -> None:
    _, _, ann, ben = people(group)
    path = f"{group.path}/messages/1/reactions"
    for emoji in ("🌱", "👍🏽", "🌱", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍🌾"):
        assert (await ben.put(f"{path}/{emoji}", None)).status_code == 204
    await ann.put(f"{path}/🌱", None)
    await ben.delete(f"{path}/👍🏽")
    await ben.delete(f"{path}/👍🏽")
    shown = (await group.message(ann, 1))["reactions"]
    assert shown[0] == {"emoji": "🌱", "accounts": sorted([str(ann.id), str(ben.id)])}
    assert [one["emoji"] for one in shown] == ["🌱", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍🌾"]
    assert [event.type for event in await group.events()].count("reaction") == 6
    last = msgspec.json.decode((await group.events())[-1].data)
    assert (last["seq"], last["emoji"], last["added"], last["author"]["name"]) == (1, "👍🏽", False, "Ben")


async def test_reactions_are_in_the_order_of_their_code_points_whatever_that_of_the_database(group: Group) -> None:
    _, _, ann, _ = people(group)
    for emoji in ("a", "🌱", "B", "｡", "é", "+1"):
        assert (await ann.put(f"{group.path}/messages/1/reactions/{emoji}", None)).status_code == 204
    shown = [one["emoji"] for one in (await group.message(ann, 1))["reactions"]]
    assert shown == ["+1", "B", "a", "é", "｡", "🌱"] == sorted(shown)
    # The database of the tests has no other order; elsewhere the column's own holds.
    collation = await group.banyan.kit.db.read().one(
        str, "select pg_collation_for(emoji) as name from message_reaction limit 1"
    )
    assert collation == '"C"'


@pytest.mark.parametrize("emoji", ["%20", "a b", "%00", "%0A", "%E2%80%AE", "x" * 33, "%7F", "%C2%A0"])
async def test_what_is_no_emoji_is_refused(group: Group, emoji: str) -> None:
    answer = await people(group)[3].put(f"{group.path}/messages/1/reactions/{emoji}", None)
    assert await code(answer) == (400, "malformed")


async def test_twenty_different_reactions_are_enough(group: Group) -> None:
    _, _, ann, ben = people(group)
    path = f"{group.path}/messages/1/reactions"
    for number in range(20):
        assert (await ben.put(f"{path}/{number}", None)).status_code == 204
    assert await code(await ann.put(f"{path}/20", None)) == (409, "too_many_reactions")
    assert (await ann.put(f"{path}/19", None)).status_code == 204


async def test_moderators_pin_and_everyone_finds_it(group: Group) -> None:
    owner, moderator, ann, ben = people(group)
    seq = await group.say(ben, "Read this")
    for person in (ann, ben):
        assert (await person.put(f"{group.path}/messages/{seq}/pin", None)).status_code == 403
    for person in (moderator, moderator, group.course.teacher, owner):
        assert (await person.put(f"{group.path}/messages/{seq}/pin", None)).status_code == 204
    await owner.put(f"{group.path}/messages/1/pin", None)
    shown = (await ann.get(f"{group.path}/pins")).json()["items"]
    assert [(one["seq"], one["pinned"]) for one in shown] == [(seq, True), (1, True)]
    for _ in range(2):
        assert (await owner.delete(f"{group.path}/messages/{seq}/pin")).status_code == 204
    assert [event.type for event in await group.events()].count("pin") == 3
    log = (await group.course.teacher.get(f"{group.course.path}/audit")).json()["items"]
    noted = [(entry["action"], entry["details"]["seq"]) for entry in log if entry["action"].startswith("messages.")]
    assert noted == [("messages.unpinned", seq), ("messages.pinned", 1), ("messages.pinned", seq)]


async def test_fifty_pins_are_enough(group: Group) -> None:
    owner = group.people[0]
    for _ in range(50):
        await group.say(owner)
    for seq in range(1, 51):
        assert (await owner.put(f"{group.path}/messages/{seq}/pin", None)).status_code == 204
    assert await code(await owner.put(f"{group.path}/messages/51/pin", None)) == (409, "too_many_pins")


async def test_in_an_archived_group_nothing_new_happens_but_much_can_go(group: Group) -> None:
    owner, moderator, ann, ben = people(group)
    seq = await group.say(ben, "Mine")
    await group.archive()
    path = f"{group.path}/messages/1"
    for change in (
        ann.patch(path, {"text": "New"}),
        ben.put(f"{path}/reactions/🌱", None),
        ben.delete(f"{path}/reactions/🌱"),
        owner.put(f"{path}/pin", None),
        owner.delete(f"{path}/pin"),
        group.post(ann, "New"),
        ann.client.post(f"{group.path}/files?name=a.txt", content=b"A"),
    ):
        assert await code(await change) == (409, "group_archived")
    assert (await moderator.delete(path)).status_code == 204
    assert (await ben.delete(f"{group.path}/messages/{seq}")).status_code == 204


async def test_who_is_put_out_while_they_wait_changes_nothing(group: Group) -> None:
    """The room is locked before who may is asked, and whoever is put out is put out under that lock."""
    _, _, ann, _ = people(group)
    kit = group.banyan.kit
    async with kit.db.write() as tx:
        await kit.rooms.lock(tx, [group.id])
        edit = asyncio.create_task(ann.patch(f"{group.path}/messages/1", {"text": "Late"}))
        say = asyncio.create_task(group.post(ann, "Later"))
        await asyncio.sleep(0.2)
        assert not edit.done()
        await tx.execute(
            "update group_member set state = 'removed' where group_id = $1 and account_id = $2", group.id, ann.id
        )
    assert (await edit).status_code == (await say).status_code == 403
    assert len(await group.events()) == 1
