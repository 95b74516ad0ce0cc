"""Files that answers name: which there are, and which a question takes."""

from collections.abc import Sequence
from pathlib import PurePath
from uuid import UUID

from msgspec import structs

from banyan.attempts import store_files
from banyan.attempts.model import AttemptFileInfo, Facts
from banyan.attempts.problems import NoSuchAttemptFile, UnfitAttemptFile
from banyan.kit.problems import FieldError
from banyan.kit.toolbox import Kit
from banyan.questions import Body, FileUpload

__all__ = ["check_ending", "check_files", "nameless"]

_LONGEST_ENDING = 5
# Of a kind of file that has two endings, whoever asks for one means both.
_ALSO = {"jpeg": "jpg", "tiff": "tif", "htm": "html", "mpeg": "mpg", "midi": "mid", "markdown": "md"}


async def check_files(kit: Kit, facts: Facts, body: Body, wanted: Sequence[UUID]) -> None:
    """Nothing, if an answer may name these files: one statement, none without files.

    Raises:
        NoSuchAttemptFile: one was not sent to the attempt.
        UnfitAttemptFile: the question takes no such file.
    """
    if not wanted:
        return
    names = await store_files.names_of(kit.db.read(), facts.learner_id, facts.id, wanted)
    if names.keys() != set(wanted):
        raise NoSuchAttemptFile
    for number, file_id in enumerate(wanted):
        check_ending(body, names[file_id], f"/response/{number}")


def check_ending(body: Body, name: str, at: str) -> None:
    """Nothing, if a question takes files that are called so; `at` is the JSON pointer to it in the request.

    Raises:
        UnfitAttemptFile: it names the endings that it takes, and this is none of them.
    """
    if not isinstance(body, FileUpload) or not body.endings:
        return
    if _kind(PurePath(name).suffix.lstrip(".").lower()) not in {_kind(ending) for ending in body.endings}:
        taken = ", ".join(f".{ending}" for ending in body.endings)
        raise UnfitAttemptFile(errors=[FieldError(at, f"“{name}” is no file with one of these endings: {taken}.")])


def nameless(file: AttemptFileInfo) -> AttemptFileInfo:
    """The file under a name that does not tell whose it is; what is inside of it is not looked at."""
    ending = PurePath(file.name).suffix.lower()
    kept = ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 1 + _LONGEST_ENDING else ""
    return structs.replace(file, name=f"file-{file.id.hex[-6:]}{kept}")


def _kind(ending: str) -> str:
    return _ALSO.get(ending, ending)
