"""What is asked of the engine alone so far: KPIs and variants not computed a second time, each with the reason."""

from __future__ import annotations

_REASONS: dict[str, str] = {
    "licences and who changed what are not drawn": (
        "data_completeness data_completeness.filled data_completeness.sound data_completeness.single "
        "data_completeness.fresh data_completeness.with_gaps"
    ),
    "not written out again yet": (
        "purchase_retention time_in_stage.between_changes time_in_stage.between_changes_per_deal"
    ),
}

NOT_YET: dict[str, str] = {key: reason for reason, keys in _REASONS.items() for key in keys.split()}
"""Key of a KPI or variant → why it is not computed a second time."""
