"""Ways past the framework for what everyone in a test does all the time."""

import re
from uuid import UUID

from banyan.attempts import reading, results, saving, starting
from banyan.attempts.model import SaveAnswer, StartAttempt
from banyan.kit.actor import Visitor
from banyan.kit.shortcuts import ID, Answer, Shortcut
from banyan.kit.toolbox import Kit
from banyan.schools import School

__all__ = ["SHORTCUTS"]


async def _start(kit: Kit, _school: School, visitor: Visitor, test_id: UUID, command: StartAttempt) -> Answer:
    attempt, is_new = await starting.start(kit, visitor.signed_in(), test_id, command)
    return Answer(201 if is_new else 200, attempt)


async def _read(kit: Kit, _school: School, visitor: Visitor, attempt_id: UUID) -> Answer:
    return Answer(200, await reading.attempt(kit, visitor.signed_in(), attempt_id))


async def _save(
    kit: Kit, _school: School, visitor: Visitor, attempt_id: UUID, question_id: UUID, change: SaveAnswer
) -> Answer:
    return Answer(200, await saving.save(kit, visitor.signed_in(), attempt_id, question_id, change))


async def _submit(kit: Kit, _school: School, visitor: Visitor, attempt_id: UUID) -> Answer:
    return Answer(200, await reading.submit(kit, visitor.signed_in(), attempt_id))


async def _result(kit: Kit, _school: School, visitor: Visitor, attempt_id: UUID) -> Answer:
    return Answer(200, await results.result(kit, visitor.signed_in(), attempt_id))


SHORTCUTS = (
    Shortcut(
        re.compile(f"/api/v1/attempts/{ID}/answers/{ID}"),
        "/api/v1/attempts/{attempt_id}/answers/{question_id}",
        _save,
        method="PUT",
        takes=SaveAnswer,
    ),
    Shortcut(
        re.compile(f"/api/v1/tests/{ID}/attempts"),
        "/api/v1/tests/{test_id}/attempts",
        _start,
        method="POST",
        takes=StartAttempt,
    ),
    Shortcut(
        re.compile(f"/api/v1/attempts/{ID}/submission"),
        "/api/v1/attempts/{attempt_id}/submission",
        _submit,
        method="POST",
    ),
    Shortcut(re.compile(f"/api/v1/attempts/{ID}"), "/api/v1/attempts/{attempt_id}", _read),
    Shortcut(re.compile(f"/api/v1/attempts/{ID}/result"), "/api/v1/attempts/{attempt_id}/result", _result),
)
