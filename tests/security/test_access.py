"""Every route of the application, tried by everyone: by those who may, and by all those who may not."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from banyan.app import Banyan
from tests.security.stage import CODE, SECRET, Stage, told
from tests.story import School

# The status that each of PEOPLE gets. The course is published, the things are its own or its learner's, and what is
# sent is good. An outsider is a learner of the school; a fellow learns in the course, too; a colleague teaches another
# one; the three elsewhere are of another school, and come with ids of this one.
PEOPLE = (
    *("nobody", "outsider", "fellow", "colleague", "learner", "assistant", "teacher", "owner", "admin"),
    *("learner_elsewhere", "teacher_elsewhere", "admin_elsewhere"),
)
TABLE = """
GET    /school                                        200  200  200  200  200  200  200  200  200  200  200  200
PATCH  /school                                        401  403  403  403  403  403  403  403  200  403  403  200
POST   /accounts                                      202  202  202  202  202  202  202  202  202  202  202  202
POST   /accounts/verification                         410  410  410  410  410  410  410  410  410  410  410  410
POST   /password-resets                               202  202  202  202  202  202  202  202  202  202  202  202
POST   /password-resets/confirmation                  410  410  410  410  410  410  410  410  410  410  410  410
POST   /sessions                                      401  401  401  401  401  401  401  401  401  401  401  401
GET    /sessions                                      401  200  200  200  200  200  200  200  200  200  200  200
DELETE /sessions                                      401  204  204  204  204  204  204  204  204  204  204  204
DELETE /sessions/current                              401  204  204  204  204  204  204  204  204  204  204  204
DELETE /sessions/{session_id}                         401  404  404  404  204  404  404  404  404  404  404  404
GET    /tokens                                        401  200  200  200  200  200  200  200  200  200  200  200
POST   /tokens                                        401  201  201  201  201  201  201  201  201  201  201  201
DELETE /tokens/{token_id}                             401  404  404  404  204  404  404  404  404  404  404  404
GET    /me                                            401  200  200  200  200  200  200  200  200  200  200  200
PATCH  /me                                            401  200  200  200  200  200  200  200  200  200  200  200
PUT    /me/password                                   401  422  422  422  422  422  422  422  422  422  422  422
GET    /accounts                                      401  403  403  403  403  403  403  403  200  403  403  200
POST   /accounts/invitations                          401  403  403  403  403  403  403  403  202  403  403  202
PATCH  /accounts/{account_id}                         401  403  403  403  403  403  403  403  200  403  403  404
GET    /courses                                       200  200  200  200  200  200  200  200  200  200  200  200
GET    /courses/facets                                200  200  200  200  200  200  200  200  200  200  200  200
POST   /courses                                       401  403  403  201  403  201  201  201  201  403  201  201
POST   /courses/imports                               401  403  403  201  403  201  201  201  201  403  201  201
GET    /courses/{course_id}                           200  200  200  200  200  200  200  200  200  404  404  404
PATCH  /courses/{course_id}                           401  403  403  403  403  403  200  200  200  404  404  404
DELETE /courses/{course_id}                           401  403  403  403  403  403  403  204  204  404  404  404
POST   /courses/{course_id}/restoration               401  403  403  403  403  403  403  204  204  404  404  404
POST   /courses/{course_id}/copies                    401  403  403  403  403  201  201  201  201  404  404  404
POST   /courses/{course_id}/previews                  401  403  403  403  403  200  200  200  200  404  404  404
GET    /courses/{course_id}/export                    401  403  403  403  403  200  200  200  200  404  404  404
PUT    /courses/{course_id}/outline                   401  403  403  403  403  403  200  200  200  404  404  404
POST   /courses/{course_id}/modules                   401  403  403  403  403  403  201  201  201  404  404  404
PATCH  /modules/{module_id}                           401  403  403  403  403  403  200  200  200  404  404  404
DELETE /modules/{module_id}                           401  403  403  403  403  403  204  204  204  404  404  404
POST   /modules/{module_id}/restoration               401  403  403  403  403  403  204  204  204  404  404  404
POST   /modules/{module_id}/items                     401  403  403  403  403  403  201  201  201  404  404  404
PATCH  /items/{item_id}                               401  403  403  403  403  403  200  200  200  404  404  404
DELETE /items/{item_id}                               401  403  403  403  403  403  204  204  204  404  404  404
POST   /items/{item_id}/restoration                   401  403  403  403  403  403  204  204  204  404  404  404
GET    /courses/{course_id}/changes                   401  403  403  403  403  200  200  200  200  404  404  404
GET    /courses/{course_id}/revisions                 401  403  403  403  403  200  200  200  200  404  404  404
POST   /courses/{course_id}/revisions                 401  403  403  403  403  403  201  201  201  404  404  404
POST   /courses/{course_id}/revisions/{number}/restoration
                                                      401  403  403  403  403  403  204  204  204  404  404  404
GET    /courses/{course_id}/staff                     401  403  403  403  403  403  403  200  200  404  404  404
POST   /courses/{course_id}/staff                     401  403  403  403  403  403  403  201  201  404  404  404
PUT    /courses/{course_id}/staff/{account_id}        401  403  403  403  403  403  403  200  200  404  404  404
DELETE /courses/{course_id}/staff/{account_id}        401  403  403  403  403  204  403  204  204  404  404  404
GET    /courses/{course_id}/items/{item_id}           401  403  200  403  200  200  200  200  200  404  404  404
PUT    /courses/{course_id}/items/{item_id}/progress  401  403  200  403  200  403  403  403  403  404  404  404
POST   /courses/{course_id}/enrolments                401  201  409  201  409  201  201  201  201  404  404  404
POST   /courses/{course_id}/enrolments/batch          401  403  403  403  403  403  200  200  200  404  404  404
DELETE /courses/{course_id}/enrolments/current        401  404  204  404  204  404  404  404  404  404  404  404
DELETE /courses/{course_id}/enrolments/{account_id}   401  403  403  403  403  403  204  204  204  404  404  404
GET    /courses/{course_id}/people                    401  403  403  403  403  200  200  200  200  404  404  404
GET    /enrolments                                    401  200  200  200  200  200  200  200  200  200  200  200
POST   /enrolments                                    401  201  201  201  201  201  201  201  201  422  422  422
GET    /timeline                                      401  200  200  200  200  200  200  200  200  200  200  200
POST   /files                                         401  403  403  403  403  403  201  201  201  404  404  404
GET    /files/{file_id}/{name}                        404  404  200  404  200  200  200  200  200  404  404  404
GET    /courses/{course_id}/classes                   401  403  200  403  200  200  200  200  200  404  404  404
POST   /courses/{course_id}/classes                   401  403  403  403  403  403  201  201  201  404  404  404
GET    /classes/{class_id}                            401  404  200  404  200  200  200  200  200  404  404  404
PATCH  /classes/{class_id}                            401  404  403  404  403  403  200  200  200  404  404  404
GET    /classes/{class_id}/members                    401  404  403  404  403  200  200  200  200  404  404  404
POST   /classes/{class_id}/members                    401  404  403  404  403  403  200  200  200  404  404  404
DELETE /classes/{class_id}/members/{account_id}       401  404  403  404  403  403  204  204  204  404  404  404
GET    /classes/{class_id}/groups                     401  404  200  404  200  200  200  200  200  404  404  404
POST   /classes/{class_id}/groups                     401  404  201  404  201  403  201  201  201  404  404  404
GET    /groups/{group_id}                             401  404  200  404  200  200  200  200  200  404  404  404
PATCH  /groups/{group_id}                             401  404  403  404  200  200  200  200  200  404  404  404
GET    /groups/{group_id}/members                     401  404  403  404  200  200  200  200  200  404  404  404
POST   /groups/{group_id}/members                     401  404  201  404  409  201  201  201  201  404  404  404
PATCH  /groups/{group_id}/members/{account_id}        401  404  403  404  200  200  200  200  200  404  404  404
DELETE /groups/{group_id}/members/{account_id}        401  404  403  404  204  204  204  204  204  404  404  404
POST   /groups/{group_id}/invitation                  401  404  403  404  201  201  201  201  201  404  404  404
DELETE /groups/{group_id}/invitation                  401  404  403  404  204  204  204  204  204  404  404  404
GET    /groups                                        401  200  200  200  200  200  200  200  200  200  200  200
PUT    /groups/{group_id}/marker                      401  404  403  404  204  403  403  403  403  404  404  404
GET    /groups/{group_id}/messages                    401  404  403  404  200  200  200  200  200  404  404  404
POST   /groups/{group_id}/messages                    401  404  403  404  201  403  403  403  403  404  404  404
PATCH  /groups/{group_id}/messages/{seq}              401  404  403  404  200  403  403  403  403  404  404  404
DELETE /groups/{group_id}/messages/{seq}              401  404  403  404  204  204  204  204  204  404  404  404
POST   /groups/{group_id}/messages/{seq}/restoration  401  404  403  404  204  403  403  403  403  404  404  404
PUT    /groups/{group_id}/messages/{seq}/reactions/{emoji}
                                                      401  404  403  404  204  403  403  403  403  404  404  404
DELETE /groups/{group_id}/messages/{seq}/reactions/{emoji}
                                                      401  404  403  404  204  403  403  403  403  404  404  404
PUT    /groups/{group_id}/messages/{seq}/pin          401  404  403  404  204  204  204  204  204  404  404  404
DELETE /groups/{group_id}/messages/{seq}/pin          401  404  403  404  204  204  204  204  204  404  404  404
GET    /groups/{group_id}/pins                        401  404  403  404  200  200  200  200  200  404  404  404
POST   /groups/{group_id}/files                       401  404  403  404  201  403  403  403  403  404  404  404
GET    /groups/{group_id}/files/{file_id}/{name}      401  404  403  404  200  200  200  200  200  404  404  404
POST   /groups/{group_id}/messages/{seq}/reports      401  404  403  404  201  403  403  403  403  404  404  404
GET    /groups/{group_id}/reports                     401  404  403  404  200  200  200  200  200  404  404  404
PATCH  /groups/{group_id}/reports/{report_id}         401  404  403  404  403  204  204  204  204  404  404  404
GET    /courses/{course_id}/questions                 401  403  403  403  403  200  200  200  200  404  404  404
POST   /courses/{course_id}/questions                 401  403  403  403  403  403  201  201  201  404  404  404
POST   /courses/{course_id}/questions/previews        401  403  403  403  403  200  200  200  200  404  404  404
POST   /courses/{course_id}/questions/imports         401  403  403  403  403  403  201  201  201  404  404  404
GET    /courses/{course_id}/questions/export          401  403  403  403  403  200  200  200  200  404  404  404
GET    /courses/{course_id}/question-categories       401  403  403  403  403  200  200  200  200  404  404  404
POST   /courses/{course_id}/question-categories       401  403  403  403  403  403  201  201  201  404  404  404
PATCH  /question-categories/{category_id}             401  404  404  404  404  403  200  200  200  404  404  404
DELETE /question-categories/{category_id}             401  404  404  404  404  403  204  204  204  404  404  404
GET    /questions/{question_id}                       401  404  404  404  404  200  200  200  200  404  404  404
PATCH  /questions/{question_id}                       401  404  404  404  404  403  200  200  200  404  404  404
DELETE /questions/{question_id}                       401  404  404  404  404  403  204  204  204  404  404  404
POST   /questions/{question_id}/restoration           401  404  404  404  404  403  204  204  204  404  404  404
POST   /questions/{question_id}/copies                401  404  404  404  404  403  201  201  201  404  404  404
GET    /questions/{question_id}/versions              401  404  404  404  404  200  200  200  200  404  404  404
POST   /questions/{question_id}/versions/{number}/restoration
                                                      401  404  404  404  404  403  200  200  200  404  404  404
GET    /courses/{course_id}/tests                     401  403  200  403  200  200  200  200  200  404  404  404
POST   /courses/{course_id}/tests                     401  403  403  403  403  403  201  201  201  404  404  404
GET    /tests/{test_id}                               401  404  200  404  200  200  200  200  200  404  404  404
PATCH  /tests/{test_id}                               401  404  403  404  403  403  200  200  200  404  404  404
POST   /tests/{test_id}/copies                        401  404  403  404  403  403  201  201  201  404  404  404
GET    /tests/{test_id}/revisions                     401  404  403  404  403  200  200  200  200  404  404  404
POST   /tests/{test_id}/revisions                     401  404  403  404  403  403  201  201  201  404  404  404
GET    /tests/{test_id}/accommodations                401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/accommodations/{account_id}   401  404  403  404  403  200  200  200  200  404  404  404
PUT    /tests/{test_id}/accommodations/{account_id}   401  404  403  404  403  403  200  200  200  404  404  404
DELETE /tests/{test_id}/accommodations/{account_id}   401  404  403  404  403  403  204  204  204  404  404  404
POST   /tests/{test_id}/attempts                      401  404  201  404  200  403  403  403  403  404  404  404
POST   /tests/{test_id}/previews                      401  404  403  404  403  201  201  201  201  404  404  404
GET    /attempts                                      401  200  200  200  200  200  200  200  200  200  200  200
GET    /attempts/{attempt_id}                         401  404  404  404  200  404  404  404  404  404  404  404
PUT    /attempts/{attempt_id}/answers/{question_id}   401  404  404  404  200  404  404  404  404  404  404  404
POST   /attempts/{attempt_id}/files                   401  404  404  404  201  404  404  404  404  404  404  404
GET    /attempts/{attempt_id}/files/{file_id}/{name}  401  404  404  404  200  200  200  200  200  404  404  404
POST   /attempts/{attempt_id}/submission              401  404  404  404  200  404  404  404  404  404  404  404
GET    /attempts/{attempt_id}/result                  401  404  404  404  200  200  200  200  200  404  404  404
GET    /tests/{test_id}/results                       401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/results/questions             401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/results/histogram             401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/live                          401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/grading                       401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/grading/{question_id}         401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/regrades                      401  404  403  404  403  200  200  200  200  404  404  404
POST   /tests/{test_id}/regrades                      401  404  403  404  403  403  202  202  202  404  404  404
GET    /tests/{test_id}/regrades/{regrade_id}         401  404  403  404  403  200  200  200  200  404  404  404
GET    /tests/{test_id}/regrades/{regrade_id}/changes
                                                      401  404  403  404  403  200  200  200  200  404  404  404
GET    /attempts/{attempt_id}/grades/{question_id}    401  404  404  404  404  200  200  200  200  404  404  404
PUT    /attempts/{attempt_id}/grades/{question_id}    401  404  404  404  404  200  200  200  200  404  404  404
DELETE /attempts/{attempt_id}/grades/{question_id}/settlement
                                                      401  404  404  404  404  403  204  204  204  404  404  404
GET    /courses/{course_id}/gradebook                 401  403  403  403  403  200  200  200  200  404  404  404
PUT    /courses/{course_id}/gradebook/weights         401  403  403  403  403  403  200  200  200  404  404  404
PUT    /courses/{course_id}/gradebook/{account_id}/{test_id}
                                                      401  403  403  403  403  403  200  200  200  404  404  404
DELETE /courses/{course_id}/gradebook/{account_id}/{test_id}
                                                      401  403  403  403  403  403  204  204  204  404  404  404
GET    /courses/{course_id}/grades                    401  403  200  403  200  403  403  403  403  404  404  404
GET    /notifications                                 401  200  200  200  200  200  200  200  200  200  200  200
POST   /notifications/read                            401  204  204  204  204  204  204  204  204  204  204  204
GET    /me/notifications                              401  200  200  200  200  200  200  200  200  200  200  200
PUT    /me/notifications                              401  200  200  200  200  200  200  200  200  200  200  200
GET    /courses/{course_id}/audit                     401  403  403  403  403  403  200  200  200  404  404  404
GET    /audit                                         401  403  403  403  403  403  403  403  200  403  403  200
"""


def expected() -> dict[str, dict[str, int]]:
    """The table, by route and person."""
    words = TABLE.split()
    step = 2 + len(PEOPLE)
    rows = [words[at : at + step] for at in range(0, len(words), step)]
    return {f"{method} {path}": dict(zip(PEOPLE, map(int, row), strict=True)) for method, path, *row in rows}


EXPECTED = expected()
PASSWORD = "a quiet library"
BODIES: dict[str, Any] = {
    "POST /accounts/verification": {"token": "A" * 64},
    "PATCH /accounts/{account_id}": {"suspended": True},
    "PATCH /me": {"name": "Someone Else"},
    "PUT /me/password": {"current": PASSWORD, "password": "another quiet library"},
    "POST /password-resets/confirmation": {"token": "A" * 64, "password": PASSWORD},
    "POST /tokens": {"name": "Program"},
    "POST /courses/{course_id}/classes": {"name": "Mine"},
    "PATCH /classes/{class_id}": {"version": 1, "name": "Mine"},
    "POST /classes/{class_id}/groups": {"name": "Mine"},
    "PATCH /groups/{group_id}": {"version": 1, "name": "Mine"},
    "POST /groups/{group_id}/members": {},
    "PATCH /groups/{group_id}/members/{account_id}": {"role": "moderator", "mute_minutes": 5},
    "POST /groups/{group_id}/invitation": {},
    "PUT /groups/{group_id}/marker": {"seq": 1},
    "POST /groups/{group_id}/messages": {"key": "mine", "text": "Mine"},
    "PATCH /groups/{group_id}/messages/{seq}": {"text": "Mine"},
    "POST /groups/{group_id}/messages/{seq}/reports": {"reason": "Rude"},
    "PATCH /groups/{group_id}/reports/{report_id}": {"state": "upheld"},
    "POST /courses/{course_id}/questions": {"body": {"kind": "true_false", "text": "Mine?"}},
    "POST /courses/{course_id}/questions/previews": {"body": {"kind": "true_false", "text": "Mine?"}},
    "POST /courses/{course_id}/question-categories": {"name": "Mine"},
    "PATCH /question-categories/{category_id}": {"version": 1, "name": "Mine"},
    "PATCH /questions/{question_id}": {"version": 1, "title": "Mine"},
    "POST /courses/{course_id}/tests": {"title": "Mine"},
    "PATCH /tests/{test_id}": {"version": 2, "title": "Mine"},
    "POST /tests/{test_id}/copies": {},
    "POST /tests/{test_id}/revisions": {},
    "PUT /tests/{test_id}/accommodations/{account_id}": {"extra_percent": 25},
    "POST /tests/{test_id}/attempts": {"access_code": SECRET},
    "PUT /attempts/{attempt_id}/answers/{question_id}": {"response": True, "number": 1},
    "PUT /attempts/{attempt_id}/grades/{question_id}": {"version": 0, "points": 0.5},
    "PUT /courses/{course_id}/gradebook/weights": {"version": 0, "weights": {}},
    "PUT /courses/{course_id}/gradebook/{account_id}/{test_id}": {"percent": 50, "reason": "Ill"},
    "POST /notifications/read": {},
    "PUT /me/notifications": {"mail": "off"},
    "PATCH /school": {"version": 1, "name": "Mine"},
    "POST /courses": {"title": "Mine"},
    "POST /courses/{course_id}/copies": {},
    "POST /courses/{course_id}/previews": {"source": "Text"},
    "PUT /courses/{course_id}/staff/{account_id}": {"role": "teacher"},
    "POST /courses/{course_id}/modules": {"title": "Mine"},
    "PATCH /modules/{module_id}": {"version": 1, "title": "Mine"},
    "POST /modules/{module_id}/items": {"kind": "lesson", "title": "Mine"},
    "PATCH /items/{item_id}": {"version": 1, "title": "Mine"},
    "POST /courses/{course_id}/revisions": {},
    "POST /courses/{course_id}/enrolments": {},
    "POST /enrolments": {"code": CODE},
    "PUT /courses/{course_id}/items/{item_id}/progress": {"state": "started"},
}


def body_of(route: str, stage: Stage, person: str) -> Any:
    """A good body for a route."""
    version, email = stage.draft["version"], f"{person.replace('_', '-')}@new.example"
    modules = stage.draft["outline"]["modules"]
    own: dict[str, Any] = {
        "POST /accounts": {"name": "Ann Lee", "email": email, "password": PASSWORD},
        "POST /accounts/invitations": {"emails": [email], "role": "learner"},
        "POST /password-resets": {"email": email},
        "POST /sessions": {"email": email, "password": PASSWORD},
        "PATCH /courses/{course_id}": {"version": version, "title": "Mine"},
        "PUT /courses/{course_id}/outline": {
            "version": version,
            "modules": [{"id": one["id"], "items": [item["id"] for item in one["items"]]} for one in modules],
        },
        "POST /courses/{course_id}/staff": {"email": stage.email, "role": "assistant"},
        "POST /courses/{course_id}/enrolments/batch": {"emails": [email]},
        "POST /questions/{question_id}/copies": {"course_id": stage.ids["course_id"]},
        "POST /tests/{test_id}/regrades": {"question_id": stage.ids["asked_id"], "reason": "Wrong", "void": True},
        "POST /classes/{class_id}/members": {"accounts": [stage.ids["mate_id"]]},
    }
    return own.get(route, BODIES.get(route))


def package() -> bytes:
    """A zip with one lesson."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("lesson.md", "# Lesson\n\nText.")
    return archive.getvalue()


async def ask(stage: Stage, person: str, route: str, ids: dict[str, str] | None = None) -> httpx.Response:
    """A person's request to a route, about the stage's things or those with other ids."""
    method = route.split(maxsplit=1)[0]
    ids = ids or stage.ids
    address, client = address_of(route, stage, ids), stage.people[person]
    if route == "POST /files":
        return await client.post(f"/files?course={ids['course_id']}&name=mine.txt", content=b"Text")
    if route in ("POST /groups/{group_id}/files", "POST /attempts/{attempt_id}/files"):
        return await client.post(f"{address}?name=mine.txt", content=b"Text")
    if route == "POST /courses/imports":
        return await client.post(address, files={"file": ("course.zip", package())})
    if route == "POST /courses/{course_id}/questions/imports":
        return await client.post(address, files={"file": ("bank.gift", b"Is it mine? {T}")})
    return await client.request(method, address, json=body_of(route, stage, person))


def address_of(route: str, stage: Stage, ids: dict[str, str]) -> str:
    """Where a route is, for things with these ids."""
    path = route.split()[1]
    # A seq is no id that could be guessed or not: it is the same in both.
    seq = stage.ids["deleted" if "{seq}/restoration" in path else "seq"]
    ids = {**ids, "number": "1", "name": "x.txt", "seq": seq, "emoji": "🌱"}
    if path.startswith("/groups/"):
        ids["file_id"] = ids["attachment_id"]
    if path.startswith("/attempts/"):
        ids |= {"question_id": ids["asked_id"], "file_id": ids["attempt_file_id"]}
    if "/grades/" in path:
        ids["attempt_id"] = ids["graded_id"]
    for part, person_id in (("/staff/", "assistant_id"), ("/members/", "mate_id"), ("/gradebook/", "mate_id")):
        if part in path:
            ids["account_id"] = ids[person_id]
    return path.format(**ids)


def routes(banyan: Banyan) -> set[str]:
    """What Litestar serves below /api/v1."""
    return {
        f"{method} {route.path_format.removeprefix('/api/v1')}"
        for route in banyan._api.routes.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if route.path_format.startswith("/api/v1") and method != "OPTIONS"
    }


def test_every_route_is_in_the_table(banyan: Banyan) -> None:
    assert set(EXPECTED) == routes(banyan)


async def test_everyone_gets_what_they_may_and_nobody_else_does(stage: Stage) -> None:
    found: dict[str, dict[str, int]] = {}
    for route in EXPECTED:
        for person in PEOPLE:
            async with stage.undone():
                answer = await ask(stage, person, route)
            found.setdefault(route, {})[person] = answer.status_code
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json", (route, person)
                assert SECRET.lower() not in answer.text.lower(), (route, person)
    different = {
        f"{route} as {person}": f"{status} instead of {EXPECTED[route][person]}"
        for route, row in found.items()
        for person, status in row.items()
        if status != EXPECTED[route][person]
    }
    assert not different


async def test_what_is_refused_changes_nothing(stage: Stage) -> None:
    before = await stage.everything()
    assert len(before) > 20
    for route, row in EXPECTED.items():
        for person, status in row.items():
            if status >= 400:
                assert (await ask(stage, person, route)).status_code == status, (route, person)
    assert await stage.everything() == before


async def test_a_change_would_have_been_seen(stage: Stage) -> None:
    before = await stage.everything()
    await ask(stage, "teacher", "PATCH /modules/{module_id}")
    now = await stage.everything()
    assert [table for table in now if now[table] != before[table]] == ["module"]


@pytest.mark.parametrize("person", ["nobody", "outsider", "colleague", "learner_elsewhere", "admin_elsewhere"])
async def test_what_one_may_not_see_looks_like_what_there_is_not(
    school: School, other_school: School, statements: list[str], person: str
) -> None:
    stage = await Stage.set_up(school, other_school, published=False)
    nothing = stage.somewhere_else()
    for route in EXPECTED:
        if "_id}" not in route and route != "POST /files":
            continue
        for _ in range(2):  # the second time with what the first has left in the caches
            await ask(stage, person, "GET /sessions")  # so that who asks is known both times
            statements.clear()
            real, cost = await ask(stage, person, route), len(statements)
            statements.clear()
            made_up = await ask(stage, person, route, nothing)
            assert told(real) == told(made_up), route
            # Two primary keys at most: far less than what the network adds, and ids cannot be guessed anyway.
            assert abs(cost - len(statements)) <= 2, (route, cost, statements)
        assert real.status_code in ((401, 404) if person == "nobody" else (403, 404)), route


async def test_at_this_door_a_token_of_another_school_is_nobody_s(stage: Stage) -> None:
    for person in ("learner_elsewhere", "teacher_elsewhere", "admin_elsewhere"):
        foreign = stage.people[person].headers["authorization"]
        stage.people["nobody"].headers["authorization"] = foreign
        for route, row in EXPECTED.items():
            if row["nobody"] >= 400:
                assert (await ask(stage, "nobody", route)).status_code == row["nobody"], route
