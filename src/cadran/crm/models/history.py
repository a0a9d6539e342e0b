"""What changed, and what was computed, over time: rows that are only ever added."""

from typing import ClassVar

from django.db import models

from cadran.members.record import Choice, Link, LongText, Moment, Number, Record, Text, Whole


class Origin(models.TextChoices):
    """Through which door a change came."""

    MEMBER = "member"
    IMPORT = "import"
    AUTOMATION = "automation"
    API = "api"


class Change(models.Model):
    """One change of one field of one record; its creation when `field` is "". See ARCHITECTURE.md, "Changes".

    `at` is when it happened, `known_at` when it was known here. The id only grows, in the order of commits.
    """

    id = models.BigAutoField(primary_key=True)
    record = Text(max_length=50)
    record_id = Whole()
    field = Text(max_length=100, default="", blank=True)
    from_value = LongText(null=True)
    to_value = LongText(null=True)
    at = Moment()
    known_at = Moment()
    origin = Choice(max_length=20, choices=Origin.choices)
    member = Link("members.Member", null=True)
    batch = Text(max_length=100, null=True)

    class Meta:
        db_table = "change"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["record", "record_id"], name="change_of_record")]

    def __str__(self) -> str:
        what = f"{self.field}: {self.from_value} → {self.to_value}" if self.field else "created"
        return f"{self.record} {self.record_id} {what}"


class Score(Record):
    """A score given to a record at a moment, with its reasons and the version of the model that gave it."""

    record = Text(max_length=50)
    record_id = Whole()
    kind = Text(max_length=50)
    value = Number(null=True)
    reasons = models.JSONField(default=list, blank=True)
    model_version = Text(null=True)
    at = Moment()

    class Meta(Record.Meta):
        db_table = "score"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["record", "record_id"], name="score_of_record")]
