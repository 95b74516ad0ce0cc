"""Course → Module → Item, and what learners have to do with them: the tables of the seeds."""

import uuid

from django.db import models
from django.db.models import CASCADE, PROTECT, ForeignKey, Index, UniqueConstraint


class Account(models.Model):
    """A person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.TextField()
    email = models.TextField(unique=True)
    role = models.CharField(max_length=16)


class Token(models.Model):
    """A session: the SHA-256 of its token."""

    digest = models.CharField(max_length=64, primary_key=True)
    account = ForeignKey(Account, CASCADE)
    expires_at = models.DateTimeField()


class Course(models.Model):
    """A course, with what its page shows of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.TextField()
    summary = models.TextField()
    cover = models.TextField(null=True)
    category = models.TextField()
    difficulty = models.CharField(max_length=16, null=True)
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    enrolment = models.CharField(max_length=16)
    places = models.IntegerField(null=True)
    revision = models.IntegerField()
    version = models.IntegerField()
    published_at = models.DateTimeField()

    class Meta:
        """The catalogue lists the newest first."""

        indexes = (Index(fields=["state", "-published_at"], name="course_catalogue"),)


class Staff(models.Model):
    """Someone who teaches a course."""

    course = ForeignKey(Course, CASCADE, related_name="staff")
    account = ForeignKey(Account, PROTECT)
    role = models.CharField(max_length=16)


class Module(models.Model):
    """A part of a course."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    course = ForeignKey(Course, CASCADE, related_name="modules")
    position = models.IntegerField()
    title = models.TextField()

    class Meta:
        """Modules are read in order."""

        ordering = ("position",)


class Item(models.Model):
    """A lesson, a video or a link."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    module = ForeignKey(Module, CASCADE, related_name="items")
    position = models.IntegerField()
    kind = models.CharField(max_length=16)
    title = models.TextField()
    source = models.TextField()
    minutes = models.IntegerField()
    release_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        """Items are read in order."""

        ordering = ("position",)


class Enrolment(models.Model):
    """A learner in a course."""

    learner = ForeignKey(Account, CASCADE)
    course = ForeignKey(Course, CASCADE)
    enrolled_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        """Once each."""

        constraints = (UniqueConstraint(fields=["learner", "course"], name="enrolment_once"),)


class Progress(models.Model):
    """How far a learner is in an item."""

    enrolment = ForeignKey(Enrolment, CASCADE, related_name="progress")
    item = ForeignKey(Item, CASCADE)
    state = models.CharField(max_length=16)
    place = models.FloatField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Once each; the constraint's index also finds all of one enrolment."""

        constraints = (UniqueConstraint(fields=["enrolment", "item"], name="progress_once"),)
