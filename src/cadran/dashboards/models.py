"""Boards that people make: their tiles, and the links by which people outside read one."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from cadran.dashboards.spec import Spec
from cadran.members.models import Member, Team
from cadran.members.record import Choice, Link, Moment, Text, Whole
from cadran.metrics.metric import Language


class Audience(models.TextChoices):
    """Who reads a board beside its owner, each within what he may see himself."""

    NOBODY = "nobody"
    TEAM = "team"
    EVERYONE = "everyone"


class Board(models.Model):
    """A board of someone's own. One that was thrown away keeps its rows, to be put back."""

    id = models.BigAutoField(primary_key=True)
    owner = Link(Member, db_index=True, related_name="boards")
    title = Text(max_length=100)
    slug = Text(max_length=120, unique=True)
    audience = Choice(max_length=20, choices=Audience.choices, default=Audience.NOBODY)
    team = Link(Team, null=True)
    created_at = Moment(default=timezone.now)
    removed_at = Moment(null=True)

    class Meta:
        db_table = "board"

    def __str__(self) -> str:
        return str(self.title)


class Tile(models.Model):
    """A tile of a board, in its order. One that was taken away keeps its row, to be put back."""

    id = models.BigAutoField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="tiles")
    order = Whole()
    kpi = Text(max_length=100)
    by = Text(max_length=100, default="", blank=True)
    where = models.JSONField(default=dict, blank=True)
    kind = Text(max_length=20)
    width = Whole(minimum=1, maximum=3, default=1)
    title = Text(max_length=100, default="", blank=True)
    removed_at = Moment(null=True)

    class Meta:
        db_table = "board_tile"
        ordering: ClassVar[list[str]] = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.kpi} as {self.kind}"

    @property
    def spec(self) -> Spec:
        """What it shows."""
        title: dict[Language, str] = {"en": self.title, "fr": self.title} if self.title else {}
        return Spec(self.kpi, self.kind, self.by, self.where, self.width, title)


class Home(models.Model):
    """The board that a member chose to meet first, by its address; without one it is the board of his role."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="home")
    slug = Text(max_length=120)

    class Meta:
        db_table = "board_home"

    def __str__(self) -> str:
        return f"{self.slug} for {self.member}"


class Outside(models.Model):
    """A link by which whoever has it reads one board as its owner would, with filters that it keeps, until a day.

    The token itself is shown once and never kept: ``digest`` is its SHA-256.
    """

    id = models.BigAutoField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="links")
    digest = Text(max_length=64, unique=True)
    query = Text(max_length=2000, default="", blank=True)
    made_by = Link(Member)
    made_at = Moment(default=timezone.now)
    expires_at = Moment()
    revoked_at = Moment(null=True)

    class Meta:
        db_table = "board_link"

    def __str__(self) -> str:
        return f"a link to {self.board}"
