"""What learning tells: how many courses are completed."""

from prometheus_client import Counter

__all__ = ["COMPLETED"]

COMPLETED = Counter("banyan_course_completions", "Courses completed by a learner, as it happens.")
