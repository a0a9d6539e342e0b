"""What an import may write: nothing that whoever imports could not write by hand."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from cadran.imports.mapping import FileMapping, MappingError, Source
from cadran.imports.plan import Entry
from cadran.members.field_rights import fixed_for
from cadran.members.models import Member


def refuse_fixed(file: FileMapping, entries: Iterable[Entry], member: Member | None) -> None:
    """Raise MappingError, naming the column, when a mapping fills a field that is not this member's to change.

    None is the installation's own owner, who may.
    """
    if member is None:
        return
    said = [
        _("%(file)s: the column “%(column)s” fills %(kind)s.%(field)s, which your role may not change.")
        % {"file": file.name, "column": ", ".join(source.columns) or "=", "field": name, "kind": kind}
        for entry in entries
        for kind, name, source in _filled(entry)
        if name in fixed_for(member, kind)
    ]
    if said:
        cure = _("Take it out of the mapping, or ask someone who may to import this file.")
        raise MappingError("\n".join([*dict.fromkeys(said), cure]))


def _filled(entry: Entry) -> Iterator[tuple[str, str, Source]]:
    """Every field that the rows fill, of the records and of those made to be linked to, and from what."""
    for name, source in entry.records.fields.items():
        yield entry.kind, name, source
    for custom, target in entry.custom:
        yield entry.kind, target.name, custom
    for link in entry.links:
        for attribute in link.attributes:
            yield link.kind, attribute.name, attribute.source
