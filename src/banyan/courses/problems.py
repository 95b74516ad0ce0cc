"""What can be wrong with a course."""

from banyan.kit.problems import Conflict, Unprocessable

__all__ = [
    "CodeTaken",
    "CourseTooLarge",
    "DatesReversed",
    "LastOwner",
    "ModuleDeleted",
    "NoSuchAccount",
    "NoSuchFile",
    "NoSuchNeighbour",
    "OutlineMismatch",
    "UnfitContent",
    "WrongState",
]


class UnfitContent(Unprocessable):
    """An item of this kind has no such content, or lacks it."""

    code = "unfit_content"
    title = "This content does not fit the kind of item"


class DatesReversed(Unprocessable):
    """An item would be due before it is released."""

    code = "dates_reversed"
    title = "The release date must be before the due date"


class NoSuchFile(Unprocessable):
    """The file is not one of this course, or cannot be used here."""

    code = "no_such_file"
    title = "This course has no such file"


class NoSuchNeighbour(Unprocessable):
    """What to put something after is not there."""

    code = "no_such_neighbour"
    title = "There is nothing of this kind to put it after"


class OutlineMismatch(Unprocessable):
    """The outline does not name each module and item of the draft once; `current` is the draft's."""

    code = "outline_mismatch"
    title = "The outline does not name what the draft holds"


class CourseTooLarge(Unprocessable):
    """The draft would hold more than a course can."""

    code = "course_too_large"
    title = "A course cannot hold more"


class WrongState(Unprocessable):
    """The state that was asked for is reached by publishing, or can no longer be reached."""

    code = "wrong_state"
    title = "The course cannot get into this state so"


class CodeTaken(Conflict):
    """Another course of the school is entered with this code."""

    code = "code_taken"
    title = "Another course has this code"


class ModuleDeleted(Conflict):
    """The item's module is in the bin."""

    code = "module_deleted"
    title = "Restore its module first"


class LastOwner(Conflict):
    """What has owners keeps at least one of them."""

    code = "last_owner"
    title = "Someone must own this"


class NoSuchAccount(Unprocessable):
    """Nobody at the school has this address."""

    code = "no_such_account"
    title = "Nobody at this school has this address"
