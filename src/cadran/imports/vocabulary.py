"""What a mapping names of its own and records then refer to: pipelines with their stages, and custom fields."""

from decimal import Decimal

from cadran.crm.by import By
from cadran.crm.models import Change, CustomField, Organisation, Pipeline, Stage
from cadran.crm.save import change, create
from cadran.imports.mapping import Mapping, MappingError
from cadran.imports.models import Run
from cadran.imports.stage import Staged

MAX_CHOICES = 500


def adopt_currency(mapping: Mapping, by: By) -> None:
    """The organisation counts in the currency of its first import, as long as nobody chose another one.

    Amounts in a currency without a rate cannot be added up, so a file in dollars would else come to nothing in euros.
    """
    organisation = Organisation.current()
    if not mapping.currency or mapping.currency == organisation.currency:
        return
    chosen = Change.objects.filter(record="organisation", field="currency").exists()
    if not chosen and not Run.objects.filter(ended_at__isnull=False).exists():
        change(organisation, {"currency": mapping.currency}, by=by)


def make_pipelines(mapping: Mapping, by: By) -> None:
    """Make the pipelines and stages that do not exist yet; the others are left as they are here."""
    for given in mapping.pipelines:
        pipeline = Pipeline.objects.filter(name=given.name).first() or create("pipeline", {"name": given.name}, by=by)
        there = set(Stage.objects.filter(pipeline_id=pipeline.pk).values_list("name", flat=True))
        for order, stage in enumerate(given.stages, 1):
            if stage.name in there:
                continue
            values = {
                "pipeline": pipeline.pk,
                "name": stage.name,
                "order": order,
                "probability": None if stage.probability is None else Decimal(str(stage.probability)),
                "outcome": stage.outcome,
                "rotten_after_days": stage.rotten_after_days,
            }
            create("stage", values, by=by)


def make_custom_fields(staged: Staged, by: By) -> None:
    """Declare the custom fields that a file fills, and the choices found in its columns."""
    for number, entry in enumerate(staged.entries):
        for key, (source, target) in zip(entry.records.custom, entry.custom, strict=True):
            choices: list[str] = []
            if source.type == "choice":
                choices = staged.distinct(number, target, MAX_CHOICES + 1)
                if len(choices) > MAX_CHOICES:
                    raise MappingError(
                        f"{staged.table.file}, {target.source.column}: more than {MAX_CHOICES} different values cannot "
                        'be choices; import it with type = "text".'
                    )
            field = CustomField.objects.filter(record=entry.kind, key=key).first()
            if field is None:
                values = {
                    "record": entry.kind,
                    "key": key,
                    "type": source.type,
                    "label_en": source.label_en or key.replace("_", " ").capitalize(),
                    "label_fr": source.label_fr or source.label_en or key.replace("_", " ").capitalize(),
                    "choices": choices,
                }
                create("custom_field", values, by=by)
            elif field.type != source.type:
                raise MappingError(
                    f"{entry.kind} has a custom field “{key}” of type {field.type} already, not {source.type}. "
                    "Say that type in the mapping, or choose another key."
                )
            elif new := [choice for choice in choices if choice not in field.choices]:
                change(field, {"choices": [*field.choices, *new]}, by=by)
