"""PDF documents that people take away, set by typst: tagged and readable aloud (PDF/UA-1)."""

import json
from collections.abc import Mapping
from typing import Any

import typst
from django.http import HttpResponse


def pdf(template: bytes, data: Mapping[str, Any], pictures: Mapping[str, str]) -> bytes:
    """The document that a typst template makes of ``data.json`` and of these SVG pictures, by file name."""
    files: Any = {"main": template, "data.json": json.dumps(data).encode()}  # Any: typst's types lack files by name
    files |= {name: picture.encode() for name, picture in pictures.items()}
    return typst.compile(files, format="pdf", pdf_standards=["ua-1"])


def pdf_response(name: str, content: bytes) -> HttpResponse:
    """A document to take away; ``name`` is without its ending."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["content-disposition"] = f'attachment; filename="{name}.pdf"'
    return response
