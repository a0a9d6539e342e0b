"""Segments: lists that a member keeps under a name. Who is in one is found anew each time it is opened."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from cadran.members.models import Member
from cadran.members.record import Link, LongText, Moment, Text


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
