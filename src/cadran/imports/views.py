"""Importing by the browser: give a file, say which column is what, try it, import it, see what became of each row."""

from contextlib import suppress
from uuid import UUID

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadran.connectors.table import UnreadableError
from cadran.crm.models import Organisation
from cadran.imports import propose, uploads
from cadran.imports.forms import ColumnsForm, FileForm, MappingForm, kind_choices
from cadran.imports.load import Progress, RefusedError, load_files
from cadran.imports.mapping import MappingError, parse_mapping
from cadran.imports.models import Run
from cadran.imports.report import Report, rejected_lines
from cadran.imports.run import rejected_of
from cadran.imports.uploads import Upload
from cadran.members.models import Member
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.ui import work
from cadran.ui.access import members
from cadran.ui.formats import Formats

MISTAKES = (RefusedError, MappingError, UnreadableError)
SHOWN = 100  # rejected rows on a page; the file has them all
RUNS = 50


@members(needs=Right.IMPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Bring in a file; the imports that were made."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload = uploads.keep(form.cleaned_data["file"])
        except UnreadableError as mistake:
            form.add_error("file", str(mistake))
        else:
            if form.cleaned_data["mapping"]:
                upload.keep_mapping(form.cleaned_data["mapping"])
            return redirect("import", upload.key)
    sums = {name: Sum(f"cursors__{name}") for name in ("read", "created", "updated", "unchanged")}
    house = Organisation.current()
    moment = Formats(get_language() or "en", house.currency, house.time_zone).moment
    runs = [(one, moment(one.started_at)) for one in Run.objects.annotate(**sums).order_by("-pk")[:RUNS]]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "imports/imports.html", {"form": form, "runs": runs}, status=status)


@members(needs=Right.IMPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def one_import(request: HttpRequest, key: UUID) -> HttpResponse:
    """A file that waits: which column is what, then the mapping, what trying it gave, how far the import is."""
    going_on = work.work_of(_name(key))
    if going_on and going_on.ended and isinstance(going_on.came_of_it, Report) and going_on.came_of_it.run:
        work.forget(going_on.name)
        return _led_on(request, reverse("import_run", args=[going_on.came_of_it.run]))
    looks_again = "HX-Request" in request.headers
    if looks_again and going_on is None:  # and was led on already
        return HttpResponse(status=204)
    upload = _upload(key)
    if going_on and not going_on.ended:
        return render(request, "imports/going_on.html", {"upload": upload, "work": going_on})
    if looks_again:  # what was watched has ended
        return _led_on(request, reverse("import", args=[key]))
    if not upload.mapping or "columns" in request.GET or "columns" in request.POST:
        return _columns(request, upload)
    return _mapping(request, upload, going_on)


@members(needs=Right.IMPORTS)
@require_POST
def forget(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete a file that waits, without importing it; one that is gone already is as asked."""
    del request
    going_on = work.work_of(_name(key))
    if going_on is None or going_on.ended:
        upload = uploads.found(key)
        if upload is not None:
            upload.remove()
        work.forget(_name(key))
    return redirect("imports")


@members(needs=Right.IMPORTS)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of every row of an import."""
    one = get_object_or_404(Run, pk=pk)
    totals = one.cursors.aggregate(*(Sum(name) for name in ("read", "created", "updated", "unchanged")))
    counts = {name.removesuffix("__sum"): total or 0 for name, total in totals.items()}
    refused = one.rejected.order_by("pk")
    context = {"run": one, **counts, "rejected": refused.count(), "rows": refused[:SHOWN], "shown": SHOWN}
    return render(request, "imports/run.html", context)


@members(needs=Right.IMPORTS)
@require_safe
def rejected(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that an import rejected, as a file to correct and import again."""
    del request
    one = get_object_or_404(Run, pk=pk)
    lines = (line.encode() for line in rejected_lines(rejected_of(one)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["content-disposition"] = f'attachment; filename="rejected-{one.pk}.csv"'
    return answer


def _columns(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The form of the columns: proposed, then corrected, then written as a mapping."""
    asked = request.POST.get("kind") or request.GET.get("kind")
    kind = asked if asked in propose.KINDS else propose.kind_of_file(upload.columns, upload.file.name)
    form = ColumnsForm(upload, kind, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.told:
        upload.keep_mapping(form.mapping())
        return redirect("import", upload.key)
    if form.is_bound and form.is_valid():  # the stages are asked now, as proposed
        form = ColumnsForm(upload, kind, _with_stages(form))
    rows = [row for row, _ in zip(upload.rows(), range(3), strict=False)]
    context = {"upload": upload, "form": form, "kinds": kind_choices(kind), "kind": kind, "rows": rows}
    return render(request, "imports/columns.html", context, status=422 if form.errors else 200)


def _mapping(request: HttpRequest, upload: Upload, tried: work.Work | None) -> HttpResponse:
    """The mapping, to be tried or to import by; what trying it gave."""
    form = MappingForm(request.POST or None, initial={"mapping": upload.mapping})
    if request.method == "POST" and form.is_valid():
        upload.keep_mapping(form.cleaned_data["mapping"])
        _begin(upload, signed_in(request), dry_run="import" not in request.POST)
        return redirect("import", upload.key)
    context = {"upload": upload, "form": form, "work": tried, "report": tried and tried.came_of_it}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "imports/mapping.html", {**context, "shown": SHOWN}, status=status)


def _with_stages(form: ColumnsForm) -> dict[str, str]:
    """What was chosen so far, with what each stage likely means."""
    proposed = {f"stage-{place}": propose.outcome_of(stage) for place, stage in enumerate(form.stages)}
    return proposed | {name: value for name, value in form.data.items() if value or not name.startswith("stage-")}


def _begin(upload: Upload, member: Member, *, dry_run: bool) -> None:
    """Import, or try to, beside the request."""

    def load(going_on: work.Work) -> Report:
        def tell(at: Progress) -> None:
            going_on.tell(at.done, at.total)

        mapping = parse_mapping(upload.mapping)
        report = load_files([upload.file], mapping, by=member, dry_run=dry_run, progress=tell)
        if not dry_run:
            upload.remove()
        return report

    with suppress(work.Busy):
        work.begin(_name(upload.key), load, mistakes=MISTAKES)


def _upload(key: UUID) -> Upload:
    upload = uploads.found(key)
    if upload is None:
        raise Http404
    return upload


def _led_on(request: HttpRequest, there: str) -> HttpResponse:
    """To another page, for a browser and for htmx alike."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return redirect(there)


def _name(key: UUID) -> str:
    return f"import {key.hex}"
