"""What can be wrong with a test."""

from banyan.kit.problems import Conflict, Unprocessable

__all__ = ["NothingToAsk", "NothingToPublishAnew", "UnfitTest"]


class UnfitTest(Unprocessable):
    """A test cannot be like this; `errors` says why."""

    code = "unfit_test"
    title = "The test does not work like this"


class NothingToAsk(Unprocessable):
    """A test without questions cannot be published."""

    code = "nothing_to_ask"
    title = "There are no questions in this test yet"


class NothingToPublishAnew(Conflict):
    """Learners take this test already as it is."""

    code = "test_unchanged"
    title = "Nothing has changed since the last publication"
