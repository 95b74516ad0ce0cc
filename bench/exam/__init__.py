"""Exam day: thousands who take one test at the same time."""
