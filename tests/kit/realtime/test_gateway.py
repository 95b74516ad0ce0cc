"""The gateway as its clients meet it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus

from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.realtime import Room
from tests.kit.realtime.stage import Stage, Talk, serving
from tests.story import School


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
async def stage(banyan: Banyan, school: School, talk: Talk) -> AsyncIterator[Stage]:
    async with serving(banyan, [talk.kind]) as open_stage:
        yield open_stage


async def test_what_one_says_everyone_in_the_room_hears_in_one_order(stage: Stage, school: School) -> None:
    room = await stage.room()
    amina, bo = await school.learner(), await school.learner()
    async with stage.client(amina) as first, stage.client(bo) as second:
        assert (await first.join(room))["seq"] == 0
        await second.join(room)
        assert [await first.send(room, f"k{n}", f"word {n}") for n in range(3)] == [1, 2, 3]
        heard = await second.events(3)
        assert [(event["seq"], event["data"]["text"]) for event in heard] == [
            (1, "word 0"),
            (2, "word 1"),
            (3, "word 2"),
        ]
        assert heard[0] == {"op": "event", "room": str(room), "seq": 1, "type": "words", "data": {"text": "word 0"}}


async def test_what_is_sent_twice_with_one_key_is_stored_once(stage: Stage, school: School) -> None:
    room = await stage.room()
    async with stage.client(await school.learner()) as client:
        await client.join(room)
        assert await client.send(room, "same", "hello") == 1
        assert await client.send(room, "same", "hello") == 1
        assert await client.send(room, "other", "hello") == 2


async def test_a_join_replays_what_was_missed(stage: Stage, school: School) -> None:
    room = await stage.room()
    amina = await school.learner()
    async with stage.client(amina) as client:
        await client.join(room)
        for n in range(5):
            await client.send(room, f"k{n}", f"word {n}")
    async with stage.client(amina) as again:
        joined = await again.join(room, after=2)
        assert joined["seq"] == 5
        assert [event["seq"] for event in await again.events(3)] == [3, 4, 5]
        await again.hear_nothing("event")


async def test_a_room_that_was_not_in_memory_is_replayed_from_the_database(
    stage: Stage, school: School, talk: Talk
) -> None:
    room = await stage.room()
    amina = await school.learner()
    async with stage.client(amina) as client:
        await client.join(room)
        for n in range(4):
            await client.send(room, f"k{n}", f"word {n}")
    stage.gateway.hub.close_room(room)
    async with stage.client(amina) as again:
        await again.join(room, after=0)
        assert [event["seq"] for event in await again.events(4)] == [1, 2, 3, 4]


@pytest.mark.parametrize("reason", ["too much", "the future", "another epoch"])
async def test_what_cannot_be_replayed_is_told(stage: Stage, school: School, reason: str) -> None:
    room = await stage.room()
    amina = await school.learner()
    async with stage.client(amina) as client:
        first = await client.join(room)
        last = 501 if reason == "too much" else 2
        await stage.fill(room, last)
        await client.hear("event", seq=last)
        options = {
            "too much": {"after": 0},
            "the future": {"after": 7},
            "another epoch": {"after": 1, "epoch": first["epoch"] + 1},
        }[reason]
        assert (await client.join(room, **options))["seq"] == last
        assert await client.hear("resync") == {
            "op": "resync", "room": str(room), "epoch": first["epoch"], "seq": last
        }  # fmt: skip
        await client.send(room, "next", "word")
        await client.hear("event", seq=last + 1)


@pytest.mark.parametrize(("left", "after", "heard"), [(2, 3, [4, 5]), (2, 2, None), (0, 4, None), (0, 5, [])])
async def test_old_events_that_are_in_the_archive_are_told_to_be_missing(
    stage: Stage, banyan: Banyan, school: School, left: int, after: int, heard: list[int] | None
) -> None:
    room = await stage.room()
    await stage.fill(room, 5)
    async with banyan.kit.db.write() as tx:
        await tx.execute("delete from room_event where room_id = $1 and seq <= $2", room.id, 5 - left)
    async with stage.client(await school.learner()) as client:
        assert (await client.join(room, after=after))["seq"] == 5
        if heard is None:
            assert (await client.hear("resync"))["seq"] == 5
        else:
            assert [event["seq"] for event in await client.events(len(heard))] == heard
        assert await client.send(room, "next", "word") == 6
        await client.hear("event", seq=6)


async def test_500_missed_events_are_replayed(stage: Stage, school: School) -> None:
    room = await stage.room()
    await stage.fill(room, 500)
    async with stage.client(await school.learner()) as client:
        await client.join(room, after=0)
        assert [event["seq"] for event in await client.events(500)] == list(range(1, 501))


async def test_nobody_misses_or_doubles_anything_while_joining(stage: Stage, school: School) -> None:
    room = await stage.room()
    amina, bo = await school.learner(), await school.learner()
    async with stage.client(amina) as speaker:
        await speaker.join(room)

        async def speak() -> None:
            for n in range(200):
                await speaker.send(room, f"k{n}", "word")

        async def listen(after: int) -> list[int]:
            async with stage.client(bo) as client:
                await client.join(room, after=after)
                return [event["seq"] for event in await client.events(200 - after)]

        speaking = asyncio.create_task(speak())
        heard = []
        for _ in range(20):
            await asyncio.sleep(0.01)
            heard.append(asyncio.create_task(listen(0)))
        await speaking
        for each in heard:
            assert await each == list(range(1, 201))


async def test_a_room_that_one_may_not_be_in_is_as_one_that_is_not_there(
    stage: Stage, school: School, talk: Talk
) -> None:
    room = await stage.room()
    amina = await school.learner()
    talk.barred.add(amina.id)
    async with stage.client(amina) as client:
        answers = []
        for name in (str(room), f"talk:{new_id()}", f"nothing:{new_id()}"):
            await client.say(op="join", room=name)
            error = await client.hear("error", room=name)
            answers.append({key: value for key, value in error.items() if key != "room"})
        assert answers[0] == answers[1] == answers[2]
        assert (answers[0]["status"], answers[0]["code"]) == (404, "not_found")


async def test_a_problem_of_the_use_case_is_told_with_the_key(stage: Stage, school: School, talk: Talk) -> None:
    room = await stage.room()
    amina = await school.learner()
    async with stage.client(amina) as client:
        await client.join(room)
        talk.barred.add(amina.id)
        await client.say(op="send", room=str(room), key="k", type="words", data={"text": "hello"})
        error = await client.hear("error")
        assert (error["status"], error["key"], error["room"]) == (403, "k", str(room))
        assert error["detail"] == "You may not speak here."


async def test_who_loses_the_right_to_be_in_a_room_is_put_out_at_once(stage: Stage, school: School, talk: Talk) -> None:
    room = await stage.room()
    amina, bo = await school.learner(), await school.learner()
    async with stage.client(amina) as out, stage.client(bo) as stays:
        await out.join(room)
        await stays.join(room)
        talk.barred.add(amina.id)
        kit = stage.banyan.kit
        async with kit.db.write() as tx:
            kit.rooms.expel(tx, room, amina.id)
            kit.rooms.expel(tx, room, bo.id)  # who still may is left alone
        assert (await out.hear("error"))["code"] == "expelled"
        await stays.send(room, "k", "between us")
        await out.hear_nothing("event")
        assert (await stays.hear("event"))["seq"] == 1


async def test_the_end_of_a_session_ends_the_connection(stage: Stage, school: School) -> None:
    amina = await school.learner()
    async with stage.client(amina) as client:
        await client.say(op="ping")
        await client.hear("pong")
        assert (await amina.delete("/sessions/current")).status_code == 204
        assert await client.closed() == 4401


async def test_the_suspension_of_an_account_ends_its_connections(stage: Stage, school: School) -> None:
    amina, admin = await school.learner(), await school.admin()
    async with stage.client(amina) as client:
        await client.say(op="ping")
        await client.hear("pong")
        assert (await admin.patch(f"/accounts/{amina.id}", {"suspended": True})).status_code == 200
        assert await client.closed() == 4401


async def test_a_program_may_say_who_it_is_in_its_first_frame(stage: Stage, school: School) -> None:
    amina = await school.learner()
    async with stage.client() as client:
        await client.say(op="auth", token=amina.token)
        await client.say(op="ping")
        await client.hear("pong")


@pytest.mark.parametrize("first", ['{"op":"auth","token":"wrong"}', '{"op":"ping"}', "nonsense", ""])
async def test_a_stranger_is_turned_away(stage: Stage, first: str) -> None:
    async with stage.client() as client:
        await client.wire.send(first)
        assert await client.closed() == 4401


async def test_a_browser_comes_with_its_cookie_from_the_site_itself(stage: Stage, school: School) -> None:
    amina = await school.learner()
    cookie = {"cookie": f"banyan_session={amina.token}"}
    own = f"http://127.0.0.1:{stage.port}"
    async with stage.client(headers=cookie, origin=own) as client:
        await client.say(op="ping")
        await client.hear("pong")
    with pytest.raises(InvalidStatus) as refused:
        async with stage.client(headers=cookie, origin="http://evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_a_token_in_the_address_counts_for_nothing(stage: Stage, school: School) -> None:
    amina = await school.learner()
    stage.url += f"?token={amina.token}"
    async with stage.client() as client:
        await client.say(op="ping")
        assert await client.closed() == 4401


async def test_another_schools_session_opens_nothing(stage: Stage, other_school: School) -> None:
    stranger = await other_school.learner()
    async with stage.client(stranger) as client:
        await client.say(op="ping")
        assert await client.closed() == 4401


async def test_reading_is_noted_and_typing_is_told(stage: Stage, school: School, talk: Talk) -> None:
    room = await stage.room()
    amina, bo = await school.learner(), await school.learner()
    async with stage.client(amina) as writer, stage.client(bo) as reader:
        await writer.join(room)
        await reader.join(room)
        await writer.say(op="typing", room=str(room))
        assert (await reader.hear("ephemeral", type="typing"))["data"] == {"accounts": [str(amina.id)]}
        await reader.say(op="read", room=str(room), seq=4)
        await reader.say(op="ping")
        await reader.hear("pong")
        assert talk.reads == [(bo.id, room.id, 4)]
        assert (await reader.hear("ephemeral", type="typing", within=10))["data"] == {"accounts": []}


async def test_who_is_here_is_told_whole_and_coalesced(stage: Stage, school: School) -> None:
    room = await stage.room()
    people = [await school.learner() for _ in range(10)]
    async with stage.client(people[0]) as first:
        assert (await first.join(room))["present"] == {"count": 1, "accounts": [str(people[0].id)]}
        others = [stage.client(person) for person in people[1:]]
        clients = [await other.__aenter__() for other in others]
        await asyncio.gather(*(client.join(room) for client in clients))
        told = 0
        while True:
            now = await first.hear("ephemeral", type="presence")
            told += 1
            if now["data"]["count"] == 10:
                break
        assert sorted(now["data"]["accounts"]) == sorted(str(person.id) for person in people)
        assert told <= 3
        for other in others:
            await other.__aexit__(None, None, None)
        while (await first.hear("ephemeral", type="presence"))["data"]["count"] != 1:
            pass


async def test_leaving_is_leaving(stage: Stage, school: School) -> None:
    room = await stage.room()
    async with stage.client(await school.learner()) as client:
        await client.join(room)
        await client.say(op="leave", room=str(room))
        await client.send(room, "k", "to an empty room")
        await client.hear_nothing("event")


async def test_a_crowd_that_joins_is_admitted_by_few_statements(
    stage: Stage, school: School, talk: Talk, statements: list[str]
) -> None:
    room = await stage.room()
    people = [await school.learner() for _ in range(40)]
    statements.clear()
    async with asyncio.TaskGroup() as together:
        for person in people:
            together.create_task(_come_and_go(stage, person, room))
    assert sum(talk.asked) == 40
    assert len(statements) < 40, statements


async def _come_and_go(stage: Stage, person: object, room: Room) -> None:
    async with stage.client(person) as client:  # type: ignore[arg-type]
        await client.join(room)


async def test_draining_lets_clients_go_with_a_code_to_come_back_with(stage: Stage, school: School) -> None:
    people = [await school.learner() for _ in range(5)]
    clients = [stage.client(person) for person in people]
    wires = [await client.__aenter__() for client in clients]
    for wire in wires:
        await wire.say(op="ping")
        await wire.hear("pong")
    draining = asyncio.create_task(stage.gateway.drain(0.2))
    assert [await wire.closed() for wire in wires] == [1012] * 5
    await draining
    with pytest.raises(InvalidStatus) as refused:
        async with stage.client(people[0]):
            pass
    assert refused.value.response.status_code == 503
    assert not stage.gateway.hub.connections
    for client in clients:
        await client.__aexit__(None, None, None)
