"""What can be wrong with taking a test."""

from banyan.kit.problems import Conflict, Forbidden, NotFound, Unprocessable

__all__ = [
    "AttemptClosed",
    "AttemptRunning",
    "NoAttemptsLeft",
    "NoGoingBack",
    "NoSuchAttemptFile",
    "QuestionNotInAttempt",
    "TestNotOpen",
    "TooManyAttemptFiles",
    "UnfitAttemptFile",
    "WrongAccessCode",
]


class AttemptClosed(Conflict):
    """The attempt has been submitted, or its time is up; `current` is how it stands."""

    code = "attempt_closed"
    title = "This attempt is closed"


class AttemptRunning(Conflict):
    """There is no result before the attempt is closed."""

    code = "attempt_running"
    title = "This attempt is still running"


class NoGoingBack(Conflict):
    """The test has no way back, and a later question was answered a while ago; `current` is what is saved."""

    code = "no_going_back"
    title = "This test has no way back to an earlier question"


class QuestionNotInAttempt(NotFound):
    """The attempt asks no such question."""

    code = "question_not_in_attempt"
    title = "This question is not in your attempt"


class NoSuchAttemptFile(Unprocessable):
    """An answer names a file that was not sent to the attempt before."""

    code = "no_such_attempt_file"
    title = "This file was not sent to the attempt"


class UnfitAttemptFile(Unprocessable):
    """The question takes files of other kinds; `errors` says which."""

    code = "unfit_attempt_file"
    title = "The question takes no such file"


class TooManyAttemptFiles(Conflict):
    """An attempt has room for so many files, also those that no answer names."""

    code = "too_many_attempt_files"
    title = "This attempt has no room for more files"


class TestNotOpen(Forbidden):
    """The test cannot be begun at this time; `current` says when it opens or opened, and when it closes or closed."""

    code = "not_open"
    title = "This test is not open"


class NoAttemptsLeft(Conflict):
    """All attempts that one has at the test are used."""

    code = "no_attempts_left"
    title = "You have no attempts left"


class WrongAccessCode(Unprocessable):
    """The test is begun with another access code."""

    code = "wrong_access_code"
    title = "This is not the access code"
