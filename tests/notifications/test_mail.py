"""Who is away gets a letter, as they wish: nothing, one with everything after a while, or one for each at once."""

import email
from email import policy

import pytest

from banyan.app import Banyan
from banyan.kit.mail import Mail, Mailer
from banyan.notifications.jobs import Digest, mail_digest
from tests.conftest import run_jobs
from tests.notifications.conftest import GROUP, Post, notice, notify, prefer
from tests.story import School

LINK = f"https://demo.school/groups/{GROUP.id}"


async def forget_jobs(banyan: Banyan) -> None:
    async with banyan.kit.db.write() as tx:
        await tx.execute("delete from pgqueuer")


class TestPreference:
    async def test_it_is_a_digest_until_one_says_otherwise(self, school: School) -> None:
        ann, cem = await school.learner(), await school.learner()
        assert (await ann.get("/me/notifications")).json() == {"mail": "digest"}
        for mail in ("off", "immediate", "digest", "off"):
            await prefer(ann, mail)
            assert (await ann.get("/me/notifications")).json() == {"mail": mail}
        assert (await cem.get("/me/notifications")).json() == {"mail": "digest"}

    async def test_what_makes_no_sense_is_refused(self, school: School) -> None:
        ann = await school.learner()
        for body in ({"mail": "weekly"}, {"mail": None}, {}, {"mail": "off", "sms": True}):
            assert (await ann.put("/me/notifications", body)).status_code == 400


class TestDigest:
    async def test_everything_that_comes_within_a_quarter_of_an_hour_is_one_letter(
        self, school: School, banyan: Banyan, post: Post
    ) -> None:
        ann = await school.learner("Ann")
        await notify(banyan, notice(ann.id, text="First.", seq=3))
        await notify(banyan, notice(ann.id, "reply", text="**Second.**\nIn two lines.", seq=4))
        assert await post.waiting() == ["notifications.mail_digest"]
        (letter,) = await post.letters()
        assert letter.to == f"Ann <{ann.email}>"
        assert letter.subject == "While you were away: 2 notifications from Demo School"
        assert f"Bo mentioned you in “Night owls”\n> First.\n{LINK}#m3\n" in letter.text
        assert f"Bo replied to you in “Night owls”\n> Second. In two lines.\n{LINK}#m4\n" in letter.text
        assert letter.text.index("First.") < letter.text.index("Second.")

    async def test_it_waits_for_a_quarter_of_an_hour(self, school: School, banyan: Banyan) -> None:
        await notify(banyan, notice((await school.learner()).id))
        wait = await banyan.kit.db.read().one(
            int, "select extract(epoch from execute_after - created)::int as wait from pgqueuer"
        )
        assert wait == 15 * 60

    async def test_what_was_read_meanwhile_is_left_out(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id, text="read"))
        await ann.post("/notifications/read", {})
        await notify(banyan, notice(ann.id, text="unread"))
        (letter,) = await post.letters()
        assert "> unread" in letter.text
        assert "> read" not in letter.text

    async def test_nothing_is_sent_if_all_was_read_meanwhile(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id))
        await ann.post("/notifications/read", {})
        assert await post.letters() == []

    async def test_the_next_letter_tells_only_what_is_new(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id, text="old"))
        await post.letters()
        await notify(banyan, notice(ann.id, text="new"))
        assert await post.waiting() == ["notifications.mail_digest"]
        first, second = await post.letters()
        assert ("> old" in first.text, "> new" in first.text) == (True, False)
        assert ("> old" in second.text, "> new" in second.text) == (False, True)
        assert await post.waiting() == []

    async def test_a_job_that_runs_twice_sends_once(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id))
        async with banyan.kit.db.write() as tx:
            await tx.enqueue(mail_digest(Digest(ann.id)))
        await mail_digest.run(banyan.kit, Digest(ann.id))
        assert len(await post.letters()) == 1

    async def test_a_letter_that_is_refused_is_sent_again_and_tells_what_came_since(
        self, school: School, banyan: Banyan, post: Post
    ) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id, text="before"))
        post.server.refusals = ["451 Please try again later"]
        async with banyan.kit.db.write() as tx:
            await tx.execute("update pgqueuer set execute_after = now()")

        async def was_refused() -> bool:
            return not post.server.refusals

        await run_jobs(banyan, was_refused)
        await notify(banyan, notice(ann.id, text="since"))
        (letter,) = await post.letters()
        assert "> before" in letter.text
        assert "> since" in letter.text

    async def test_what_comes_while_a_letter_is_being_sent_is_in_the_next(
        self, school: School, banyan: Banyan, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id, text="in time"))
        send = type(banyan.kit.mailer).send

        async def slow(mailer: Mailer, mail: Mail) -> None:
            await send(mailer, mail)
            if "late" not in mail.text:
                await notify(banyan, notice(ann.id, text="late"))

        monkeypatch.setattr(type(banyan.kit.mailer), "send", slow)
        await forget_jobs(banyan)
        await mail_digest.run(banyan.kit, Digest(ann.id))
        assert await post.waiting() == ["notifications.mail_digest"]
        first, second = await post.letters()
        assert ("in time" in first.text, "late" in first.text) == (True, False)
        assert ("in time" in second.text, "late" in second.text) == (False, True)

    async def test_a_digest_that_was_lost_with_its_job_does_not_keep_the_next_from_beginning(
        self, school: School, banyan: Banyan, post: Post
    ) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id))
        await forget_jobs(banyan)
        await notify(banyan, notice(ann.id))
        assert await post.waiting() == []
        async with banyan.kit.db.write() as tx:
            await tx.execute("update notification_settings set digest_due_at = now() - interval '61 minutes'")
        await notify(banyan, notice(ann.id))
        assert await post.waiting() == ["notifications.mail_digest"]

    async def test_what_is_older_than_a_week_is_no_news(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await notify(banyan, notice(ann.id, text="old"), notice(ann.id, text="older"))
        async with banyan.kit.db.write() as tx:
            await tx.execute(
                "update notification set created_at = now() - interval '8 days' where data ->> 'text' = 'older'"
            )
        (letter,) = await post.letters()
        assert "> old\n" in letter.text
        assert "older" not in letter.text

    async def test_a_letter_tells_of_twenty_and_how_many_more(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await notify(banyan, *(notice(ann.id, text=f"number {number:02}", seq=number) for number in range(25)))
        (letter,) = await post.letters()
        assert letter.subject.startswith("While you were away: 25 notifications")
        assert letter.text.count("mentioned you") == 20
        assert "number 24" in letter.text
        assert "number 04" not in letter.text
        assert "And 5 more: https://demo.school/notifications" in letter.text
        assert len(await post.letters()) == 1


class TestAtOnce:
    async def test_each_is_a_letter_of_its_own(self, school: School, banyan: Banyan, post: Post) -> None:
        ann, cem = await school.learner(), await school.learner()
        await prefer(ann, "immediate")
        await notify(banyan, notice(ann.id, text="one"), notice(ann.id, "reply", text="two"), notice(cem.id))
        assert sorted(await post.waiting()) == [
            "notifications.mail_at_once",
            "notifications.mail_at_once",
            "notifications.mail_digest",
        ]
        letters = [letter for letter in await post.letters() if ann.email in letter.to]
        assert sorted(letter.subject for letter in letters) == [
            "Bo mentioned you in “Night owls”",
            "Bo replied to you in “Night owls”",
        ]

    async def test_what_was_read_first_is_not_sent(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await prefer(ann, "immediate")
        await notify(banyan, notice(ann.id))
        await ann.post("/notifications/read", {})
        assert await post.letters() == []

    async def test_it_is_not_told_in_a_digest_again(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await prefer(ann, "immediate")
        await notify(banyan, notice(ann.id, text="at once"))
        await post.letters()
        await prefer(ann, "digest")
        await notify(banyan, notice(ann.id, text="later"))
        assert "at once" not in (await post.letters())[-1].text


class TestNobodyIsBothered:
    async def test_whoever_wants_no_mail_gets_none(self, school: School, banyan: Banyan, post: Post) -> None:
        ann = await school.learner()
        await prefer(ann, "off")
        await notify(banyan, notice(ann.id))
        assert await post.waiting() == []

    async def test_nor_whoever_has_stopped_it_meanwhile(self, school: School, banyan: Banyan, post: Post) -> None:
        ann, cem = await school.learner(), await school.learner()
        await prefer(cem, "immediate")
        await notify(banyan, notice(ann.id), notice(cem.id))
        for person in (ann, cem):
            await prefer(person, "off")
        assert await post.letters() == []

    async def test_nor_whoever_is_suspended(self, school: School, banyan: Banyan, post: Post) -> None:
        ann, admin = await school.learner(), await school.admin()
        await notify(banyan, notice(ann.id))
        await admin.patch(f"/accounts/{ann.id}", {"suspended": True})
        assert await post.letters() == []

    async def test_every_letter_says_how_to_stop_them(self, school: School, banyan: Banyan, post: Post) -> None:
        await notify(banyan, notice((await school.learner()).id))
        (letter,) = await post.letters()
        assert "https://demo.school/account#notifications" in letter.text.splitlines()
        content = post.server.got[0].content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=policy.default)
        assert message["List-Unsubscribe"] == "<https://demo.school/account#notifications>"

    async def test_another_school_s_letters_lead_to_its_own_name(
        self, other_school: School, banyan: Banyan, post: Post
    ) -> None:
        await notify(banyan, notice((await other_school.learner()).id))
        (letter,) = await post.letters()
        assert f"https://hill.example/groups/{GROUP.id}#m7" in letter.text
