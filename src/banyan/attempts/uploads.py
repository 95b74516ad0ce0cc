"""Files that are sent to attempts, for essays and for questions that ask for files."""

from collections.abc import AsyncIterable
from uuid import UUID

from banyan import assessments, files
from banyan.attempts import attached, closing, disclosing, memory, policy, results, store_closing, store_files
from banyan.attempts.model import AttemptFileInfo
from banyan.attempts.problems import AttemptClosed, QuestionNotInAttempt, TooManyAttemptFiles
from banyan.attempts.views import card, file_view
from banyan.files import File
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["find", "take_in"]

_RATE = "60 per minute"
_MEBIBYTE = 1 << 20
_MOST = 100  # files of one attempt


async def take_in(
    kit: Kit, actor: Actor, attempt_id: UUID, name: str, chunks: AsyncIterable[bytes], question_id: UUID | None = None
) -> File:
    """Take in a file that an answer may then name. That the attempt runs is asked before it and after it.

    Of what a question does not take nothing is read, if it is known for which the file is.

    Raises:
        NotFound: the attempt is not the actor's.
        QuestionNotInAttempt, UnfitAttemptFile
        AttemptClosed, TooManyAttemptFiles
        TooLarge, MislabelledFile, RefusedFile, UnsafeSvg: see `files.receive`.
        TooMany: the actor sends files too fast.
    """
    policy.may_answer(actor)
    head = (await memory.standing(kit, actor.id, attempt_id)).head
    if head.state != "running" or head.overdue:
        raise AttemptClosed(current=card(await closing.closed_if_overdue(kit, actor.id, attempt_id)))
    if question_id is not None:
        await _check_question(kit, actor, attempt_id, question_id, name)
    await kit.limiter.check(_RATE, "attempt_file", str(actor.id))
    limit = kit.settings.storage.largest_attachment * _MEBIBYTE
    received = await files.receive(kit, name, chunks, limit=limit)
    async with kit.db.write() as tx:
        now = (await store_closing.lock(tx, [actor.id], [attempt_id]))[attempt_id]
        if now.state != "running" or now.overdue:
            raise AttemptClosed(current=card(now))
        if await store_files.count(tx, actor.id, attempt_id) >= _MOST:
            raise TooManyAttemptFiles(f"At most {_MOST} files.")
        file_id = new_id()
        await store_files.add_file(tx, actor.id, attempt_id, file_id, received)
    return file_view(
        attempt_id, AttemptFileInfo(file_id, received.name, received.media_type, received.size, received.digest)
    )


async def _check_question(kit: Kit, actor: Actor, attempt_id: UUID, question_id: UUID, name: str) -> None:
    known = await memory.known(kit, actor.id, attempt_id)
    if question_id not in known.questions:
        raise QuestionNotInAttempt
    test = await assessments.revision_of(kit, known.facts.test_id, known.facts.revision)
    attached.check_ending(test.questions[question_id].body, name, "/name")


async def find(kit: Kit, actor: Actor, attempt_id: UUID, file_id: UUID) -> AttemptFileInfo:
    """A file of an attempt that is the actor's, or at a test of a course that they are on the staff of.

    To the staff it has no name of its own where they grade blind: that may be its learner's.

    Raises:
        NotFound: there is none that the actor may read.
    """
    head = await results.head_for(kit, actor, attempt_id)
    found = await store_files.file(kit.db.read(), head.learner_id, attempt_id, file_id)
    if found is None:
        raise NotFound
    if actor.id != head.learner_id and (await disclosing.disclosed(kit, head)).settings.grade_blind:
        return attached.nameless(found)
    return found
