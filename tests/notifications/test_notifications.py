"""Whoever is told something finds it in their list, hears of it at once, and sees nothing of anybody else's."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from banyan import notifications
from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.realtime import Room
from banyan.notifications import Notice, NoticeData, Seen, jobs
from banyan.notifications.rooms import ACCOUNT
from tests.kit.realtime.stage import serving
from tests.notifications.conftest import BO, GROUP, notice, notify, told
from tests.story import School


class TestTheList:
    async def test_a_notification_tells_who_did_what_where(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id, "reply", "Yes.", seq=12))
        body = (await ann.get("/notifications")).json()
        (entry,) = body["items"]
        assert (entry["kind"], entry["read_at"]) == ("reply", None)
        assert entry["data"] == {
            "group": {"id": str(GROUP.id), "name": "Night owls"},
            "author": {"id": str(BO.id), "name": "Bo"},
            "seq": 12,
            "text": "Yes.",
        }
        assert (body["next"], body["unread"]) == (None, 1)

    async def test_what_has_no_message_has_no_seq_and_no_text(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        await notify(banyan, Notice(ann.id, "group_admitted", NoticeData(group=GROUP, author=BO)))
        (entry,) = (await ann.get("/notifications")).json()["items"]
        assert entry["data"].keys() == {"group", "author"}

    async def test_only_the_beginning_of_a_long_text_is_kept(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id, text="x" * 280), notice(ann.id, text="y" * 281))
        assert await told(ann) == ["y" * 279 + "…", "x" * 280]

    async def test_everyone_sees_their_own_alone(self, school: School, banyan: Banyan) -> None:
        ann, cem = await school.learner(), await school.learner()
        await notify(banyan, notice(ann.id, text="for Ann"), notice(cem.id, text="for Cem"))
        assert (await told(ann), await told(cem)) == (["for Ann"], ["for Cem"])

    @pytest.mark.parametrize("query", ["", "unread=true&"])
    async def test_pages_follow_one_another_newest_first(self, school: School, banyan: Banyan, query: str) -> None:
        ann = await school.learner()
        await notify(banyan, *(notice(ann.id, text=str(number)) for number in range(7)))
        seen, after = [], ""
        while True:
            page = (await ann.get(f"/notifications?{query}limit=3{after}")).json()
            seen += [entry["data"]["text"] for entry in page["items"]]
            assert page["unread"] == 7
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == [str(number) for number in reversed(range(7))]

    async def test_more_than_a_hundred_unread_are_many(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        await notify(banyan, *(notice(ann.id) for _ in range(120)))
        assert (await ann.get("/notifications?limit=1")).json()["unread"] == 100

    async def test_what_is_taken_back_was_never_told(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        with pytest.raises(RuntimeError):
            async with banyan.kit.db.write() as tx:
                await notifications.notify(banyan.kit, tx, [notice(ann.id)])
                raise RuntimeError
        assert await told(ann) == []
        assert await banyan.kit.db.read().one(int, "select count(*) as jobs from pgqueuer") == 0

    @pytest.mark.parametrize("query", ["after=x", "limit=0", "limit=101", "unread=perhaps"])
    async def test_what_makes_no_sense_is_refused(self, school: School, query: str) -> None:
        answer = await (await school.learner()).get(f"/notifications?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


class TestReading:
    async def test_what_is_read_is_unread_no_more(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        await notify(banyan, *(notice(ann.id, text=text) for text in "abc"))
        middle = (await ann.get("/notifications")).json()["items"][1]["id"]
        assert (await ann.post("/notifications/read", {"ids": [middle]})).status_code == 204
        assert await told(ann, "?unread=true") == ["c", "a"]
        assert await told(ann) == ["c", "b", "a"]
        assert (await ann.post("/notifications/read", {})).status_code == 204
        body = (await ann.get("/notifications")).json()
        assert body["unread"] == 0
        assert all(entry["read_at"] for entry in body["items"])

    async def test_reading_again_does_not_change_when(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id))
        await ann.post("/notifications/read", {})
        before = (await ann.get("/notifications")).json()
        await ann.post("/notifications/read", {})
        await ann.post("/notifications/read", {"ids": [before["items"][0]["id"]]})
        assert (await ann.get("/notifications")).json() == before

    async def test_nobody_reads_what_is_somebody_else_s(self, school: School, banyan: Banyan) -> None:
        ann, cem = await school.learner(), await school.learner()
        await notify(banyan, notice(ann.id))
        (entry,) = (await ann.get("/notifications")).json()["items"]
        assert (await cem.post("/notifications/read", {"ids": [entry["id"], str(new_id())]})).status_code == 204
        assert (await cem.post("/notifications/read", {})).status_code == 204
        assert (await ann.get("/notifications")).json()["unread"] == 1

    @pytest.mark.parametrize("body", [{"ids": []}, {"ids": ["x"]}, {"ids": None}, {"id": 1}, [], None])
    async def test_what_makes_no_sense_is_refused(self, school: School, body: Any) -> None:
        answer = await (await school.learner()).post("/notifications/read", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")

    async def test_who_reads_a_group_has_read_what_they_were_told_of_its_messages(
        self, school: School, banyan: Banyan
    ) -> None:
        ann, cem = await school.learner(), await school.learner()
        elsewhere = Notice(
            ann.id,
            "mention",
            NoticeData(group=notifications.GroupName(id=new_id(), name="Other"), author=BO, seq=1, text="elsewhere"),
        )
        await notify(
            banyan,
            notice(ann.id, text="before", seq=5),
            notice(ann.id, "reply", text="there", seq=6),
            notice(ann.id, text="after", seq=7),
            notice(ann.id, "report", text="to be decided", seq=5),
            notice(cem.id, text="for Cem", seq=5),
            elsewhere,
        )
        async with banyan.kit.db.write() as tx:
            await notifications.mark_seen(tx, [Seen(ann.id, GROUP.id, 6), Seen(cem.id, GROUP.id, 4)])
        assert await told(ann, "?unread=true") == ["elsewhere", "to be decided", "after"]
        assert await told(cem, "?unread=true") == ["for Cem"]

    async def test_of_a_message_that_is_deleted_nothing_is_told_any_more(self, school: School, banyan: Banyan) -> None:
        ann, cem = await school.learner(), await school.learner()
        await notify(
            banyan,
            notice(ann.id, text="deleted", seq=5),
            notice(cem.id, "reply", text="deleted", seq=5),
            notice(ann.id, text="another", seq=6),
            notice(ann.id, "report", text="a report", seq=5),
        )
        async with banyan.kit.db.write() as tx:
            await notifications.withdraw(tx, [ann.id, cem.id], GROUP.id, 5)
        assert await told(ann) == ["a report", "another"]
        assert await told(cem) == []


class TestCost:
    async def test_telling_costs_the_same_for_one_and_for_two_hundred(
        self, school: School, banyan: Banyan, statements: list[str]
    ) -> None:
        people = [(await school.learner()).id for _ in range(20)]
        statements.clear()
        await notify(banyan, notice(people[0]))
        for_one = len(statements)
        statements.clear()
        await notify(banyan, *(notice(person) for person in people for _ in range(10)))
        assert (for_one, len(statements)) == (3, 3)

    async def test_telling_nobody_costs_nothing(self, banyan: Banyan, statements: list[str]) -> None:
        await notify(banyan)
        assert statements == []

    async def test_the_list_costs_two_statements_however_long(
        self, school: School, banyan: Banyan, statements: list[str]
    ) -> None:
        ann = await school.learner()
        await notify(banyan, *(notice(ann.id) for _ in range(60)))
        await ann.get("/me")
        statements.clear()
        await ann.get("/notifications")
        assert len(statements) == 2

    async def test_those_who_tell_the_same_people_at_once_do_not_wait_for_each_other_in_a_circle(
        self, school: School, banyan: Banyan
    ) -> None:
        people = [(await school.learner()).id for _ in range(6)]
        await asyncio.gather(
            *(
                notify(banyan, *(notice(person) for person in (people if turn % 2 else reversed(people))))
                for turn in range(12)
            )
        )
        counts = await banyan.kit.db.read().all(int, "select count(*) as told from notification group by account_id")
        assert counts == [12] * 6
        assert await banyan.kit.db.read().one(int, "select count(*) as jobs from pgqueuer") == 6


class TestAtOnce:
    async def test_who_is_here_hears_it_in_their_room(self, school: School, banyan: Banyan) -> None:
        ann = await school.learner()
        async with serving(banyan, [ACCOUNT]) as stage, stage.client(ann) as client:
            joined = await client.join(Room("account", ann.id))
            assert (joined["epoch"], joined["seq"]) == (0, 0)
            await notify(banyan, notice(ann.id, text="now"))
            heard = await client.hear("ephemeral", type="notification")
        (entry,) = (await ann.get("/notifications")).json()["items"]
        assert heard["data"] == entry

    async def test_nobody_comes_into_the_room_of_someone_else(self, school: School, banyan: Banyan) -> None:
        ann, admin = await school.learner(), await school.admin()
        room = Room("account", ann.id)
        async with serving(banyan, [ACCOUNT]) as stage, stage.client(admin) as client:
            await client.say(op="join", room=str(room))
            assert (await client.hear("error"))["status"] == 404
            await notify(banyan, notice(ann.id))
            await client.hear_nothing("ephemeral")


class TestPurge:
    async def test_what_was_read_long_ago_goes_and_what_was_not_stays_longer(
        self, school: School, banyan: Banyan
    ) -> None:
        ann = await school.learner()
        ages = {"read, 89 days": 89, "read, 91 days": 91, "unread, 91 days": 91, "unread, 366 days": 366}
        await notify(banyan, *(notice(ann.id, text=text) for text in ages))
        async with banyan.kit.db.write() as tx:
            for text, days in ages.items():
                await tx.execute(
                    """
                    update notification set created_at = now() - make_interval(days => $2), read_at = $3
                     where data ->> 'text' = $1
                    """,
                    text,
                    days,
                    datetime.now(UTC) if text.startswith("read") else None,
                )
        await jobs.purge.run(banyan.kit)
        assert await told(ann) == ["unread, 91 days", "read, 89 days"]
