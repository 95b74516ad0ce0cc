"""What can be wrong with grading."""

from banyan.kit.problems import Unprocessable

__all__ = ["NoSuchTest", "UnfitCorrection", "UnfitGrade"]


class UnfitGrade(Unprocessable):
    """The response cannot earn this; `errors` says why."""

    code = "unfit_grade"
    title = "This response cannot be graded so"


class UnfitCorrection(Unprocessable):
    """The question is not in the test, or what takers were shown cannot be graded so; `errors` says why."""

    code = "unfit_correction"
    title = "The question cannot be corrected so"


class NoSuchTest(Unprocessable):
    """The course has no such test."""

    code = "no_such_test"
    title = "This course has no such test"
