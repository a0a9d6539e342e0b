"""What is kept of imports: runs, how far each file has come, and the rows that were rejected."""

from typing import ClassVar

from django.db import models


class Run(models.Model):
    """One import of some files into a connection. A run that was stopped goes on from where it was."""

    id = models.BigAutoField(primary_key=True)
    connection = models.CharField(max_length=100)
    mapping = models.CharField(max_length=64)  # digest of what was read how
    files = models.CharField(max_length=64)  # digest of names and contents
    believes = models.BooleanField()  # the dates of its sources, for the whole of it, stopped or not
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "import_run"

    def __str__(self) -> str:
        return f"import {self.pk} of {self.connection}"


class Cursor(models.Model):
    """How far a file has come, written in the same transaction as its rows, with what became of them."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="cursors")
    place = models.IntegerField()  # of the file in the run
    file = models.CharField(max_length=250)
    level = models.IntegerField(default=0)
    row = models.BigIntegerField(default=0)  # last row done
    read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)

    class Meta:
        db_table = "import_cursor"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "place"], name="import_cursor_of_file")
        ]

    def __str__(self) -> str:
        return f"{self.file} at row {self.row}"


class RejectedRow(models.Model):
    """A row that was not imported: where, which value, why; its cells with their columns, to be corrected."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rejected")
    file = models.CharField(max_length=250)
    row = models.BigIntegerField()
    column = models.TextField()
    value = models.TextField(null=True)
    reason = models.TextField()
    cells = models.JSONField()  # report.Cells

    class Meta:
        db_table = "import_rejected"

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.reason}"
