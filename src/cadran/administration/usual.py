"""The seven fields that every CRM has on its leads and customers.

Lead source (the channel), lead stage (the status), deal value (the amount) and lead score (worked out) are there by
themselves; the other three are custom fields, made with an installation.
"""

from cadran.crm.by import By
from cadran.crm.models import CustomField
from cadran.crm.save import create

USUAL = (
    ("lead", "next_follow_up", "date", "Next follow-up", "Prochaine relance"),
    ("lead", "product_interest", "text", "Product interest", "Intérêt produit"),
    ("account", "customer_comments", "text", "Customer comments", "Commentaires du client"),
)


def usual_missing() -> list[tuple[str, str, str, str, str]]:
    """Those of the usual fields that were never made here; one that was put away stays so."""
    there = set(CustomField.objects.values_list("record", "key"))
    return [field for field in USUAL if field[:2] not in there]


def make_usual(by: By) -> None:
    """Make those of the usual fields that are missing."""
    for record, key, kind, english, french in usual_missing():
        values = {"record": record, "key": key, "type": kind, "label_en": english, "label_fr": french}
        create("custom_field", values, by=by)
