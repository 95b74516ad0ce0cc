"""The people and things that tests tell stories about, made directly where the story is not about them."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from banyan import schools
from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.security import hash_token, new_token

_numbers = count(1)


@dataclass
class Person:
    """Someone signed in; `client` speaks for them."""

    id: UUID
    school_id: UUID
    name: str
    email: str
    token: str
    client: httpx.AsyncClient

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.client.post(path, json=body, **options)

    async def patch(self, path: str, body: Any) -> httpx.Response:
        return await self.client.patch(path, json=body)

    async def put(self, path: str, body: Any) -> httpx.Response:
        return await self.client.put(path, json=body)

    async def delete(self, path: str) -> httpx.Response:
        return await self.client.delete(path)


class School:
    """A school with as many people as the story needs."""

    def __init__(self, banyan: Banyan, school: schools.School, host: str) -> None:
        self.banyan = banyan
        self.id = school.id
        self.host = host
        self._clients: list[httpx.AsyncClient] = []

    @classmethod
    async def open(cls, banyan: Banyan, slug: str, host: str) -> "School":
        return cls(banyan, await schools.ensure_school(banyan.kit.db, slug, f"{slug.title()} School", host=host), host)

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """A client at this school's door."""
        transport = httpx.ASGITransport(app=self.banyan, raise_app_exceptions=False)  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url=f"http://{self.host}/api/v1", headers=headers)
        self._clients.append(client)
        return client

    async def person(self, role: str, name: str | None = None) -> Person:
        """Someone with this role, signed in by a token."""
        number = next(_numbers)
        name = name or f"{role.title()} {number}"
        email = f"{role}{number}@{self.host}"
        account, session, token = new_id(), new_id(), new_token()
        async with self.banyan.kit.db.write() as tx:
            await tx.execute(
                """
                insert into account (id, school_id, email, name, role, password_hash, locale, time_zone)
                values ($1, $2, $3, $4, $5, 'none', 'en', 'UTC')
                """,
                account, self.id, email, name, role,
            )  # fmt: skip
            await tx.execute(
                "insert into address (email, school_id, account_id) values ($1, $2, $3)", email, self.id, account
            )
            await tx.execute(
                """
                insert into session (token_hash, id, account_id, school_id, role, kind, expires_at)
                values ($1, $2, $3, $4, $5, 'browser', now() + interval '1 day')
                """,
                hash_token(token), session, account, self.id, role,
            )  # fmt: skip
            await tx.execute(
                """
                insert into account_session (account_id, id, token_hash, kind, expires_at)
                values ($1, $2, $3, 'browser', now() + interval '1 day')
                """,
                account, session, hash_token(token),
            )  # fmt: skip
        return Person(account, self.id, name, email, token, self.browser(authorization=f"Bearer {token}"))

    async def admin(self, name: str | None = None) -> Person:
        return await self.person("admin", name)

    async def teacher(self, name: str | None = None) -> Person:
        return await self.person("teacher", name)

    async def learner(self, name: str | None = None) -> Person:
        return await self.person("learner", name)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@dataclass
class Course:
    """A published course, with its lessons in order."""

    id: str
    teacher: Person
    modules: list[str]
    items: list[str]

    @property
    def path(self) -> str:
        return f"/courses/{self.id}"

    async def enrol(self, person: Person, **body: Any) -> httpx.Response:
        return await person.post(f"{self.path}/enrolments", body)

    async def done(self, person: Person, item: str, place: float = 1) -> httpx.Response:
        return await person.put(f"{self.path}/items/{item}/progress", {"state": "done", "place": place})

    async def change(self, **settings: Any) -> None:
        draft = (await self.teacher.get(f"{self.path}?draft=true")).json()
        answer = await self.teacher.patch(self.path, {"version": draft["version"], **settings})
        assert answer.status_code == 200, answer.text

    async def publish(self) -> httpx.Response:
        return await self.teacher.post(f"{self.path}/revisions", {})


async def published_course(
    teacher: Person, *, title: str = "Trees", lessons: int = 2, modules: int = 1, publish: bool = True, **item: Any
) -> Course:
    """A course with this many lessons in each of its modules, made and published over HTTP."""
    made = await teacher.post("/courses", {"title": title, "summary": f"All about {title.lower()}."})
    assert made.status_code == 201, made.text
    course = Course(made.json()["id"], teacher, [], [])
    for number in range(1, modules + 1):
        module = await teacher.post(f"{course.path}/modules", {"title": f"Module {number}"})
        assert module.status_code == 201, module.text
        course.modules.append(module.json()["id"])
        for lesson in range(1, lessons + 1):
            body = {
                "kind": "lesson",
                "title": f"Lesson {number}.{lesson}",
                "source": f"# Lesson {lesson}\n\nText.",
                **item,
            }
            added = await teacher.post(f"/modules/{course.modules[-1]}/items", body)
            assert added.status_code == 201, added.text
            course.items.append(added.json()["id"])
    if publish:
        assert (published := await course.publish()).status_code == 201, published.text
    return course
