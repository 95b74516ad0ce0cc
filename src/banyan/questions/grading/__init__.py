"""What a response is worth. Pure, total and deterministic: the same response always gives the same grade.

check_response   a response as it came, held against its question; what has another shape is refused
grade            the share of the points that a checked response earns, from -1 to 1, and why
full_response    a response that earns as much as any can, or None where a person grades
"""

from banyan.questions.grading.grading import full_response, grade
from banyan.questions.grading.responses import Response, check_response

__all__ = ["Response", "check_response", "full_response", "grade"]
