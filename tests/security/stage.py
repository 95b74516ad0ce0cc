"""A school in the middle of term: one course with everything in it, and everyone who might want something of it."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.security import hash_token, new_token
from tests.story import Course, Person, School, published_course

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CODE = "ANOTHER-ONE"
SECRET = "Zaunkoenig"  # in every title, name and text that someone could leak
# Of a group in which nobody has said anything.
SILENCE = {"seq": "1", "deleted": "2", "attachment_id": str(new_id()), "report_id": str(new_id())}
_DIGEST = """
    select coalesce(md5(string_agg(line, '' order by line)), '') as digest
      from (select (to_jsonb(t) - 'seen_at')::text as line from {} t) lines
"""
_UNSEEN = ("pgqueuer%", "%yoyo%")


@dataclass
class Stage:
    """The people by what they are to the course, and the ids of what there is."""

    banyan: Banyan
    people: dict[str, httpx.AsyncClient]
    ids: dict[str, str]
    draft: dict[str, Any]
    email: str  # of someone who is not on the staff

    @classmethod
    async def set_up(cls, school: School, other: School, *, published: bool = True) -> "Stage":
        owner = await school.teacher(f"Owner {SECRET}")
        learner = await school.learner(f"Learner {SECRET}")
        assistant, teacher = await school.teacher(f"Assistant {SECRET}"), await school.teacher(f"Teacher {SECRET}")
        fellow, colleague = await school.learner(), await school.teacher()
        mate = await school.learner(f"Mate {SECRET}")
        course = await published_course(owner, title=SECRET, publish=False, source=f"# {SECRET}\n\n{SECRET}")
        for person, role in ((assistant, "assistant"), (teacher, "teacher")):
            good(await owner.put(f"{course.path}/staff/{person.id}", {"role": role}))
        sent = await owner.client.post(f"/files?course={course.id}&name={SECRET}.txt", content=SECRET.encode())
        if published:
            good(await course.publish())
            for person in (learner, fellow, mate):
                good(await course.enrol(person))
            await course.change(summary=f"{SECRET} again.")  # so that there is something to publish
        group = await study_group(course, [learner, fellow, mate] if published else [])
        another = await published_course(colleague, title="Another course")
        await another.change(enrolment="code", enrolment_code=CODE)
        ids = {
            "course_id": course.id,
            "module_id": course.modules[0],
            "item_id": course.items[0],
            "file_id": good(sent).json()["id"],
            "session_id": await another_session(school.banyan, learner, "browser"),
            "token_id": await another_session(school.banyan, learner, "token"),
            "learner_id": str(learner.id),
            "assistant_id": str(assistant.id),
            "mate_id": str(mate.id),
            **group,
            **await question_bank(course),
            **await test_of(course, learner if published else None),
        }
        ids |= await graded(course, ids, mate if published else None)
        ids["account_id"] = ids["learner_id"]
        people = {
            "nobody": school.browser(),
            "outsider": (await school.learner()).client,
            "fellow": fellow.client,
            "colleague": colleague.client,
            "learner": learner.client,
            "assistant": assistant.client,
            "teacher": teacher.client,
            "owner": owner.client,
            "admin": (await school.admin()).client,
        }
        for role in ("learner", "teacher", "admin"):
            people[f"{role}_elsewhere"] = (await other.person(role)).client
        draft = good(await owner.get(f"{course.path}?draft=true")).json()
        return cls(school.banyan, people, ids, draft, colleague.email)

    def somewhere_else(self) -> dict[str, str]:
        """Ids of what there is not."""
        return {name: str(new_id()) for name in self.ids}

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """What is done inside is taken back, but for what is gathered and written by others."""
        try:
            async with self.banyan.kit.db.joined_write():
                yield
                raise _Undo
        except _Undo:
            pass

    async def everything(self) -> dict[str, str]:
        """A digest of each table: what two of them have in common has not changed."""
        db = self.banyan.kit.db.read()
        tables = await db.all(
            str,
            "select tablename from pg_tables where schemaname = 'public' and not tablename like any($1)",
            list(_UNSEEN),
        )
        found = {}
        for table in tables:
            found[table] = await db.one(str, _DIGEST.format(table))
        return found


async def study_group(course: Course, learners: list[Person]) -> dict[str, str]:
    """A class for these learners, and a group in it: the first has made it, the last has joined. Their ids."""
    named = {"name": SECRET, "description": SECRET}
    made = await course.teacher.post(f"{course.path}/classes", {**named, "admission": "staff"})
    class_id = good(made).json()["id"]
    if learners:
        chosen = {"accounts": [str(learner.id) for learner in learners]}
        good(await course.teacher.post(f"/classes/{class_id}/members", chosen))
    maker = learners[0] if learners else course.teacher
    group_id = good(await maker.post(f"/classes/{class_id}/groups", named)).json()["id"]
    if learners:
        good(await learners[-1].post(f"/groups/{group_id}/members", {}))
    talk = await conversation(f"/groups/{group_id}", learners[0], learners[-1]) if learners else SILENCE
    return {"class_id": class_id, "group_id": group_id, **talk}


async def conversation(group: str, author: Person, reporter: Person) -> dict[str, str]:
    """What someone has said with a file, what they have taken back, and another's report of it: seqs and ids."""
    sent = good(await author.client.post(f"{group}/files?name={SECRET}.txt", content=SECRET.encode())).json()
    said = [
        good(await author.post(f"{group}/messages", {"key": key, "text": SECRET, "files": [sent["id"]]})).json()["seq"]
        for key in ("said", "deleted")
    ]
    good(await author.delete(f"{group}/messages/{said[1]}"))
    report = good(await reporter.post(f"{group}/messages/{said[0]}/reports", {"reason": SECRET})).json()
    return {"seq": str(said[0]), "deleted": str(said[1]), "attachment_id": sent["id"], "report_id": report["id"]}


async def question_bank(course: Course) -> dict[str, str]:
    """An empty category, and a question that is in none. Their ids."""
    category = await course.teacher.post(f"{course.path}/question-categories", {"name": SECRET})
    body = {"kind": "true_false", "text": SECRET, "feedback": SECRET}
    question = await course.teacher.post(f"{course.path}/questions", {"title": SECRET, "body": body})
    return {"category_id": good(category).json()["id"], "question_id": good(question).json()["id"]}


async def test_of(course: Course, learner: Person | None) -> dict[str, str]:
    """A test that was published and then changed; the learner has more time in it. Its id."""
    body = {"kind": "true_false", "text": SECRET, "answer": True}
    question = good(await course.teacher.post(f"{course.path}/questions", {"title": SECRET, "body": body})).json()["id"]
    sections = [{"id": "one", "title": SECRET, "text": SECRET, "entries": [{"id": "one", "question_id": question}]}]
    settings = {"description": SECRET, "access_code": SECRET}
    wanted = {"title": SECRET, "sections": sections, "settings": settings}
    made = good(await course.teacher.post(f"{course.path}/tests", wanted)).json()
    path = f"/tests/{made['id']}"
    good(await course.teacher.post(f"{path}/revisions", {"note": SECRET}))
    good(await course.teacher.patch(path, {"version": made["version"], "settings": {**settings, "shuffle": True}}))
    ids = {"test_id": made["id"], "asked_id": question, "attempt_id": str(new_id()), "attempt_file_id": str(new_id())}
    if learner is not None:
        good(await course.teacher.put(f"{path}/accommodations/{learner.id}", {"extra_minutes": 5}))
        attempt = f"/attempts/{good(await learner.post(f'{path}/attempts', {'access_code': SECRET})).json()['id']}"
        sent = await learner.client.post(f"{attempt}/files?name={SECRET}.txt", content=SECRET.encode())
        ids |= {"attempt_id": attempt.rpartition("/")[2], "attempt_file_id": good(sent).json()["id"]}
    return ids


async def graded(course: Course, test: dict[str, str], taker: Person | None) -> dict[str, str]:
    """An attempt that someone has handed in, settled and overruled by the course's owner, and a corrected key."""
    if taker is None:
        return {"graded_id": str(new_id()), "regrade_id": str(new_id())}
    path = f"/tests/{test['test_id']}"
    attempt_id = good(await taker.post(f"{path}/attempts", {"access_code": SECRET})).json()["id"]
    good(await taker.post(f"/attempts/{attempt_id}/submission"))
    settled = {"version": 0, "points": 0.5, "comment": SECRET, "settle": True}
    good(await course.teacher.put(f"/attempts/{attempt_id}/grades/{test['asked_id']}", settled))
    overruled = {"percent": 50, "reason": SECRET}
    good(await course.teacher.put(f"{course.path}/gradebook/{taker.id}/{test['test_id']}", overruled))
    wanted = {"question_id": test["asked_id"], "reason": SECRET}
    regrade = good(await course.teacher.post(f"{path}/regrades", wanted)).json()
    return {"graded_id": attempt_id, "regrade_id": regrade["id"]}


class _Undo(Exception):
    """Takes back a transaction."""


def good(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code < 300, answer.text
    return answer


def told(answer: httpx.Response) -> dict[str, Any]:
    """All that an answer tells, but for what is of the request alone."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length")}
    body = json.loads(answer.content) if answer.content else {}
    body.pop("request_id", None)
    return {"status": answer.status_code, "headers": headers, "body": body}


async def another_session(banyan: Banyan, person: Person, kind: str) -> str:
    """The id of a session of theirs that is not the one that they speak with."""
    session_id, token_hash = new_id(), hash_token(new_token())
    async with banyan.kit.db.write() as tx:
        await tx.execute(
            """
            insert into session (token_hash, id, account_id, school_id, role, kind, expires_at)
            values ($1, $2, $3, $4, 'learner', $5, now() + interval '1 day')
            """,
            token_hash, session_id, person.id, person.school_id, kind,
        )  # fmt: skip
        await tx.execute(
            """
            insert into account_session (account_id, id, token_hash, kind, name, expires_at)
            values ($1, $2, $3, $4, $5, now() + interval '1 day')
            """,
            person.id, session_id, token_hash, kind, SECRET,
        )  # fmt: skip
    return str(session_id)


async def send(course: Course, name: str = "a.png", content: bytes = PNG) -> dict[str, Any]:
    answer = await course.teacher.client.post("/files", params={"course": course.id, "name": name}, content=content)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
