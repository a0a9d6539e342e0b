"""Forms of the import pages: the file, which column is which field, what each stage means."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadran.crm.models import Organisation
from cadran.imports import propose
from cadran.imports.compose import compose
from cadran.imports.mapping import MappingError, parse_mapping
from cadran.imports.uploads import ENDINGS, LIMIT, Upload
from cadran.imports.words import FIELDS, KINDS, OUTCOMES

NO_COLUMN = "–"


def _mapping(text: str) -> str:
    """A mapping that can be read. Raises ValidationError saying what is wrong in it."""
    try:
        parse_mapping(text)
    except MappingError as mistake:
        raise forms.ValidationError(str(mistake)) from None
    return text


class FileForm(forms.Form):
    """A file, and its mapping when there is one already."""

    file = forms.FileField(
        label=gettext_lazy("CSV or Excel file"), widget=forms.FileInput({"accept": ",".join(ENDINGS)})
    )
    mapping = forms.CharField(
        label=gettext_lazy("Mapping (optional)"),
        required=False,
        strip=False,
        widget=forms.Textarea({"spellcheck": "false"}),
        help_text=gettext_lazy("Paste a mapping in TOML when you have one; else the columns are proposed to you."),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """A file that is not too large and of a kind that can be read."""
        given: UploadedFile[Any] = self.cleaned_data["file"]
        if Path(given.name or "").suffix.lower() not in ENDINGS:
            raise forms.ValidationError(_("Give a CSV or Excel file: %(endings)s.") % {"endings": " ".join(ENDINGS)})
        if (given.size or 0) > LIMIT:
            most = LIMIT // 1_000_000
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB. Split it, or import it from the command line.") % {"most": most}
            )
        return given

    def clean_mapping(self) -> str:
        """A mapping that can be read, or none."""
        text = self.cleaned_data["mapping"]
        return _mapping(text) if text.strip() else ""


class MappingForm(forms.Form):
    """A mapping as TOML, to be corrected."""

    mapping = forms.CharField(
        label=gettext_lazy("Mapping"), strip=False, widget=forms.Textarea({"spellcheck": "false", "rows": 14})
    )

    def clean_mapping(self) -> str:
        """A mapping that can be read."""
        return _mapping(self.cleaned_data["mapping"])


class ColumnsForm(forms.Form):
    """Which column is which field of a kind; for deals, what each of their stages means."""

    def __init__(self, upload: Upload, kind: str, data: Any = None) -> None:
        self.upload, self.kind = upload, kind
        columns = upload.columns
        proposed = propose.columns_of(kind, columns)
        super().__init__(data, auto_id="columns-%s")
        choices = [("", NO_COLUMN), *((column, column) for column in columns if column)]
        self.fields["connection"] = forms.CharField(
            label=_("Where it comes from"),
            max_length=100,
            initial=upload.file.stem,
            help_text=_("A later file under the same name updates these records instead of adding them again."),
        )
        self.fields["id"] = forms.ChoiceField(
            label=_("What tells one row from another"),
            required=False,
            choices=choices,
            initial=propose.id_of(kind, columns),
            help_text=_("Without it a row that was changed comes as a new record."),
        )
        for field in propose.fields(kind):
            self.fields[f"field-{field}"] = forms.ChoiceField(
                label=FIELDS[field],
                required=field in propose.needed(kind) or field == "stage",
                choices=choices,
                initial=proposed.get(field, ""),
            )
        self.stages = self._stages(str(self.data.get("field-stage", "")) if self.is_bound else "")
        for place, stage in enumerate(self.stages):
            self.fields[f"stage-{place}"] = forms.ChoiceField(
                label=_("Deals in “%(stage)s” are") % {"stage": stage},
                required=False,
                choices=list(OUTCOMES.items()),
                initial=propose.outcome_of(stage),
            )

    def _stages(self, column: str) -> Sequence[str]:
        if self.kind != "deal" or column not in self.upload.columns:
            return ()
        return self.upload.values_of(column) or ()

    @property
    def told(self) -> bool:
        """Whether everything that a mapping needs was told, the meaning of each stage too."""
        return all(self.data.get(f"stage-{place}") for place in range(len(self.stages)))

    def clean(self) -> dict[str, Any]:
        """No column is two fields, but for the one date of open and closed deals; the stages of deals are few."""
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for field in propose.fields(self.kind):
            column = cleaned.get(f"field-{field}")
            first = taken.setdefault(column, field) if column else field
            if first != field and not {first, field} <= propose.TOGETHER:
                other = FIELDS[first]
                self.add_error(f"field-{field}", _("This column is “%(other)s” already.") % {"other": other})
        stage = cleaned.get("field-stage")
        if self.kind == "deal" and stage and not self.stages:
            self.add_error("field-stage", _("This column has no value, or too many to be stages. Choose another."))
        return cleaned

    def mapping(self) -> str:
        """What was chosen, as a mapping."""
        chosen = {field: self.cleaned_data[f"field-{field}"] for field in propose.fields(self.kind)}
        return compose(
            self.upload.file.name,
            self.kind,
            {field: column for field, column in chosen.items() if column},
            connection=self.cleaned_data["connection"],
            id_column=self.cleaned_data["id"],
            pipeline=(Organisation.current().name or _("Sales")) if self.kind == "deal" else "",
            outcomes={stage: self.cleaned_data[f"stage-{place}"] for place, stage in enumerate(self.stages)},
        )


def kind_choices(chosen: str) -> list[dict[str, Any]]:
    """The kinds that a file may hold, each with its words and whether it is the one chosen."""
    return [{"kind": kind, "words": KINDS[kind], "chosen": kind == chosen} for kind in propose.KINDS]
