from django.urls import path, register_converter

from cadran.workspace.bulk import change_many
from cadran.workspace.duplicates import alike_records, duplicates, tell_apart
from cadran.workspace.kinds import BY_SLUG, LISTED, Listing
from cadran.workspace.merging import choose_other, merge_records
from cadran.workspace.pipeline_views import move_deal, pipeline, pipeline_twin
from cadran.workspace.search import search
from cadran.workspace.segments import forget_segment, keep_segment
from cadran.workspace.twins import FORMS
from cadran.workspace.views import record, records, records_twin
from cadran.workspace.writing import (
    archive_record,
    edit_record,
    finish_activity,
    new_record,
    record_options,
    undo_changes,
)


class Listed:
    """A kind of record in an address: "deals". Rooms that know no listings name it by its kind: "deal"."""

    regex = "|".join(BY_SLUG)

    def to_python(self, value: str) -> Listing:
        return BY_SLUG[value]

    def to_url(self, value: str | Listing) -> str:
        listing = LISTED.get(value) if isinstance(value, str) else value
        if listing is None and value not in BY_SLUG:
            raise ValueError(value)
        return listing.slug if listing else str(value)


register_converter(Listed, "listed")

urlpatterns = [
    path("pipeline/", pipeline, name="pipeline"),
    *(path(f"pipeline.{form}", pipeline_twin, {"form": form}, name=f"pipeline_{form}") for form in FORMS),
    path("pipeline/<int:pk>/move", move_deal, name="pipeline_move"),
    path("<listed:listing>", records, name="records"),
    *(path(f"<listed:listing>.{form}", records_twin, {"form": form}, name=f"records_{form}") for form in FORMS),
    path("<listed:listing>/change", change_many, name="records_change"),
    path("<listed:listing>/keep", keep_segment, name="segment_keep"),
    path("segments/<int:pk>/forget", forget_segment, name="segment_forget"),
    path("<listed:listing>/<int:pk>", record, name="record"),
    path("<listed:listing>/new", new_record, name="record_new"),
    path("<listed:listing>/options", record_options, name="record_options"),
    path("<listed:listing>/<int:pk>/edit", edit_record, name="record_edit"),
    path("<listed:listing>/<int:pk>/edit/<str:field>", edit_record, name="record_field"),
    path("<listed:listing>/<int:pk>/archive", archive_record, name="record_archive"),
    path("<listed:listing>/alike", alike_records, name="record_alike"),
    path("<listed:listing>/<int:pk>/merge", choose_other, name="record_merge_with"),
    path("<listed:listing>/<int:pk>/merge/<int:other>", merge_records, name="record_merge"),
    path("<listed:listing>/<int:pk>/apart/<int:other>", tell_apart, name="record_apart"),
    path("duplicates", duplicates, name="duplicates"),
    path("activities/<int:pk>/done", finish_activity, name="record_done"),
    path("undo/<int:pk>", undo_changes, name="record_undo"),
    path("search", search, name="search"),
]
