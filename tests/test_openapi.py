"""What the HTTP interface says of itself is valid, complete and true: each route is called as described, and not so."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from banyan.app import DOMAINS, Banyan
from banyan.kit.description import problems, raised
from banyan.settings import load
from tests.story import Course, Person, School, published_course

AT_RANDOM = 3  # requests of each kind to each operation
MOST_EDGES = 400  # of what an operation takes and what it does not; of more an even share is tried
LONG = 2_000  # characters; to make longer texts of a pattern takes seconds each
# What is bad is refused so, and never with an error of ours.
EXPECTATIONS = {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 413, 415, 422, 429]}}
CREDENTIALS = ("cookie", "authorization")  # what is generated opens nothing
HANDLERS = [route for domain in DOMAINS for route in domain.routes]
CHECKS = [
    not_a_server_error,
    checks.content_type_conformance,
    checks.negative_data_rejection,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
    checks.unsupported_method,
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return Banyan(load({}), "").openapi()


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.validator_for({**schema, "components": document["components"]}), name


async def test_the_document_is_served(client: httpx.AsyncClient, document: dict[str, Any]) -> None:
    assert (await client.get("http://demo.school/api/openapi.json")).json() == document


def test_every_route_says_what_it_does_what_it_answers_and_to_whom(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids) > 50
    for label, operation in operations(document):
        assert 5 < len(operation["summary"]) <= 120, label
        assert operation["description"], label
        assert "application/problem+json" in operation["responses"]["default"]["content"], label
        assert any(status < "3" for status in operation["responses"]), label
        assert operation.get("security", document["security"]), label
    nobody = {label for label, operation in operations(document) if {} in operation.get("security", ())}
    assert nobody == {
        "GET /api/v1/school",
        "POST /api/v1/accounts",
        "POST /api/v1/accounts/verification",
        "POST /api/v1/password-resets",
        "POST /api/v1/password-resets/confirmation",
        "POST /api/v1/sessions",
        "GET /api/v1/courses",
        "GET /api/v1/courses/facets",
        "GET /api/v1/courses/{course_id}",
        "GET /api/v1/courses/{course_id}/items/{item_id}",
        "GET /api/v1/files/{file_id}/{name}",
    }


def test_a_command_refuses_unknown_fields_and_says_so(document: dict[str, Any]) -> None:
    for label, operation in operations(document):
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if schema:
            name = schema["$ref"].rpartition("/")[2]
            assert document["components"]["schemas"][name]["additionalProperties"] is False, label


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.handler_name)
def test_a_route_names_problems_that_exist_with_their_status(handler: Any) -> None:
    known = problems()
    for name, status, _ in raised(handler.fn.__doc__):
        assert known[name].status == status, name


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


class Caller:
    """Sends generated requests, from the thread that generates them, to the application in its event loop."""

    def __init__(self, banyan: Banyan, loop: asyncio.AbstractEventLoop) -> None:
        transport = httpx.ASGITransport(app=banyan, raise_app_exceptions=False)  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=transport, base_url="http://demo.school")
        self._loop = loop

    def send(self, case: Case, people: list[Person | None]) -> list[httpx.Response]:
        """The answers that each of the people gets; None is nobody."""
        asked = [self._request(case, person) for person in people]

        async def answers() -> list[httpx.Response]:
            return await asyncio.gather(*map(self._client.send, asked))

        return asyncio.run_coroutine_threadsafe(answers(), self._loop).result()

    def _request(self, case: Case, person: Person | None) -> httpx.Request:
        request = requests.Request(**case.as_transport_kwargs(base_url="http://demo.school")).prepare()
        body = request.body.encode() if isinstance(request.body, str) else request.body
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in ("cookie", "authorization")
        }
        if person:
            headers["Authorization"] = f"Bearer {person.token}"
        return httpx.Request(str(request.method), str(request.url), headers=headers, content=body)


@dataclass
class Stage:
    """Someone who teaches a course, someone who learns in it, an admin, and the ids of what there is."""

    teacher: Person
    learner: Person
    admin: Person
    ids: dict[str, str]

    @classmethod
    async def set_up(cls, school: School) -> "Stage":
        teacher, learner, admin = await school.teacher(), await school.learner(), await school.admin()
        course: Course = await published_course(teacher)
        await course.enrol(learner)
        class_id = (await teacher.post(f"{course.path}/classes", {"name": "Autumn"})).json()["id"]
        group = await learner.post(f"/classes/{class_id}/groups", {"name": "Roots", "admission": "request"})
        talk = f"/groups/{group.json()['id']}/messages"
        seq = (await learner.post(talk, {"key": "first", "text": "Hello"})).json()["seq"]
        report = await learner.post(f"{talk}/{seq}/reports", {"reason": "Rude"})
        sent = await teacher.client.post(f"/files?course={course.id}&name=note.txt", content=b"A note.")
        body = {"kind": "true_false", "text": "Is a banyan a tree?"}
        question = await teacher.post(f"{course.path}/questions", {"body": body})
        category = await teacher.post(f"{course.path}/question-categories", {"name": "Trees"})
        ids = {
            "course_id": course.id,
            "course": course.id,
            "module_id": course.modules[0],
            "item_id": course.items[0],
            "file_id": sent.json()["id"],
            "account_id": str(learner.id),
            "class_id": class_id,
            "group_id": group.json()["id"],
            "seq": str(seq),
            "report_id": report.json()["id"],
            "question_id": question.json()["id"],
            "category_id": category.json()["id"],
            "test_id": await published_test(teacher, course, question.json()["id"]),
            "number": "1",
        }
        ids |= await taken(learner, ids["test_id"])
        wanted = {"question_id": ids["question_id"], "reason": "It was right."}
        ids["regrade_id"] = (await teacher.post(f"/tests/{ids['test_id']}/regrades", wanted)).json()["id"]
        return cls(teacher, learner, admin, ids)

    def people(self, operation: Any) -> list[Person | None]:
        """Who has business with an operation, who has less, and nobody."""
        return [self.admin if {"accounts", "schools"} & set(operation.tags) else self.teacher, self.learner, None]

    def aim(self, case: Case) -> None:
        """Let a request with good ids be about what there is."""
        for place, values in ((ParameterLocation.PATH, case.path_parameters), (ParameterLocation.QUERY, case.query)):
            if case.meta is None or place not in case.meta.components or case.meta.components[place].mode.is_negative:
                continue
            for name in values.keys() & self.ids.keys():
                values[name] = self.ids[name]
            if "attempt_id" in values and "gradebook" in case.operation.tags:
                values["attempt_id"] = self.ids["graded_id"]


async def published_test(teacher: Person, course: Course, question: str) -> str:
    """The id of a test that has the question."""
    sections = [{"id": "one", "entries": [{"id": "one", "question_id": question}]}]
    settings = {"attempts": None}
    test = await teacher.post(f"{course.path}/tests", {"title": "Exam", "sections": sections, "settings": settings})
    path = f"/tests/{test.json()['id']}"
    assert (await teacher.post(f"{path}/revisions", {})).status_code == 201
    # So that there is something to publish.
    assert (await teacher.patch(path, {"version": 1, "settings": {**settings, "shuffle": True}})).status_code == 200
    return str(test.json()["id"])


async def taken(learner: Person, test_id: str) -> dict[str, str]:
    """The ids of an attempt that was handed in and of one that runs."""
    ids = {}
    for name in ("graded_id", "attempt_id"):
        ids[name] = (await learner.post(f"/tests/{test_id}/attempts", {})).json()["id"]
        if name == "graded_id":
            assert (await learner.post(f"/attempts/{ids[name]}/submission")).status_code == 200
    return ids


API = (Path(__file__).parents[1] / "docs" / "api.md").read_text()


def test_the_map_has_every_route_and_no_other(document: dict[str, Any]) -> None:
    table = API.partition("## Map")[2].partition("## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    mapped = {re.sub(r"\{\w+\}", "{}", route) for cell in cells for route in re.findall(r"`([A-Z]+ /[^`?]*)", cell)}
    assert mapped == {re.sub(r"\{\w+\}", "{}", label).replace("/api/v1", "") for label, _ in operations(document)}


def test_the_map_names_every_parameter(document: dict[str, Any]) -> None:
    table = API.partition("## Map")[2].partition("## ")[0]
    for label, operation in operations(document):
        route = re.sub(r"\{\w+\}", "{}", label).replace("/api/v1", "")
        for parameter in operation.get("parameters", ()):
            name = parameter["name"]
            rows = [line for line in table.splitlines() if f"`{route}" in re.sub(r"\{\w+\}", "{}", line)]
            if parameter["in"] == "query" and name not in ("after", "limit"):
                assert any(f"{name}=" in row for row in rows), f"{label} {name}"


def test_every_kind_of_problem_is_told_with_its_status() -> None:
    table = API.partition("## What can go wrong")[2]
    told = [(int(status), code) for status, code in re.findall(r"^\| (\d{3}) \| `(\w+)` \| \S", table, re.MULTILINE)]
    assert len(told) == len(set(told))
    assert set(told) == {(problem.status, problem.code) for problem in problems().values()}
    assert [status for status, _ in told] == sorted(status for status, _ in told)


def test_no_two_kinds_of_problem_share_a_code() -> None:
    codes = [problem.code for problem in problems().values()]
    assert len(set(codes)) == len(codes)


def without_long_texts(schema: Any) -> Any:
    """A description that does not say how long a text may be that may be long."""
    if isinstance(schema, dict):
        is_long = isinstance(schema.get("maxLength"), int) and schema["maxLength"] > LONG
        return {
            name: without_long_texts(part) for name, part in schema.items() if not (is_long and name == "maxLength")
        }
    return [without_long_texts(part) for part in schema] if isinstance(schema, list) else schema


def generated(schema: Any, operation: Any) -> Iterator[Case]:
    """Requests at every edge of what an operation takes and beyond it, and some at random."""

    edges = list(
        schema.iter_coverage_cases(
            operation, generation_modes=list(GenerationMode), generation_config=schema.config.generation
        )
    )
    # A body that may be of many kinds, such as a question, has thousands.
    yield from edges[:: 1 + len(edges) // MOST_EDGES]
    for mode in GenerationMode:
        yield from drawn(operation, mode)


def drawn(operation: Any, mode: GenerationMode) -> list[Case]:
    """A few requests at random, the same each time."""
    cases: list[Case] = []

    @settings(
        max_examples=AT_RANDOM,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def draw(case: Case) -> None:
        cases.append(case)

    with suppress(Unsatisfiable):  # nothing about this operation could be wrong
        draw()
    return cases


def complaint(case: Case, response: httpx.Response) -> str | None:
    """What is wrong with an answer; None if nothing."""
    # Whatever bytes are sent as such, they are some file or some text.
    body = case.meta.components.get(ParameterLocation.BODY) if case.meta else None
    bytes_taken = case.media_type == "text/csv" or "*/*" in [taken.media_type for taken in case.operation.body]
    excluded = [checks.negative_data_rejection] if bytes_taken and body and body.mode.is_negative else []
    try:
        case.validate_response(response, CHECKS, excluded_checks=excluded)
    except FailureGroup as failures:
        return f"{case.operation.label} {response.status_code}\n{failures}\n{response.text[:500]}"
    return None


async def test_every_route_does_as_described_whatever_is_sent(
    banyan: Banyan, school: School, document: dict[str, Any]
) -> None:
    config = SchemathesisConfig.from_dict({"checks": EXPECTATIONS})
    schema = schemathesis.openapi.from_dict(without_long_texts(document), config=config)
    caller = Caller(banyan, asyncio.get_running_loop())

    def call(operation: Any, stage: Stage) -> Iterator[str | None]:
        for case in generated(schema, operation):
            stage.aim(case)
            for response in caller.send(case, stage.people(operation)):
                yield complaint(case, response)

    found: list[str] = []
    for known in schema.get_all_operations():
        stage = await Stage.set_up(school)
        found += filter(None, await asyncio.to_thread(lambda: list(call(known.ok(), stage))))  # noqa: B023
    assert not found, f"{len(found)} answers are not as described\n\n" + "\n\n".join(found[:10])
