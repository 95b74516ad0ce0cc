"""The demo school: people, courses to read, and results of a test, so that a first visit finds something alive."""

from banyan.demo.planting import ADDRESSES, PASSWORD, plant

__all__ = ["ADDRESSES", "PASSWORD", "plant"]
