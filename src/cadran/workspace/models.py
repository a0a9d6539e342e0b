"""Segments: lists that a member keeps under a name. Who is in one is found anew each time it is opened.

Beside them, what somebody said of records that look alike: that they are not the same.
"""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from cadran.members.models import Member
from cadran.members.record import Link, LongText, Moment, Text, Whole


class Segment(models.Model):
    """A list of one kind as its address asks for it ("?state=open&sort=-amount"), kept by one member."""

    id = models.BigAutoField(primary_key=True)
    member = Link(Member)
    kind = Text(max_length=50)
    name = Text(max_length=80)
    query = LongText(blank=True, max_length=4000)
    created_at = Moment(default=timezone.now)

    class Meta:
        db_table = "segment"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["member", "kind", "name"], name="segment_name")
        ]

    def __str__(self) -> str:
        return str(self.name)


class Apart(models.Model):
    """Two records of one kind that are not the same, whatever they have in common: `first` has the smaller id."""

    id = models.BigAutoField(primary_key=True)
    kind = Text(max_length=50)
    first = Whole()
    second = Whole()
    member = Link(Member)
    at = Moment(default=timezone.now)

    class Meta:
        db_table = "apart"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "first", "second"], name="apart_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} is not {self.second}"
