"""Banyan: a learning platform that grows from one laptop to millions of learners on the same code."""

__version__ = "0.1.0"
