"""The palette as a page of its own, and as the options of its box."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cadran.kpis.reader import reader
from cadran.members.signed_in import signed_in
from cadran.palette.found import groups
from cadran.ui.access import members


@members
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Where what is typed may lead; to a script, the options alone."""
    sought = " ".join(request.GET.get("q", "").replace("\0", "").split())[:200]
    found = groups(sought, reader(request), signed_in(request))
    template = "palette/options.html" if request.headers.get("HX-Request") else "palette/find.html"
    count = sum(len(group.entries) for group in found)
    response = render(request, template, {"sought": sought, "groups": found, "count": count})
    patch_vary_headers(response, ["HX-Request"])
    return response
