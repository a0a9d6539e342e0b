"""What an address may ask of a page: a name that the page does not know is refused, for it would change nothing and
look as if it did.
"""

import difflib
from collections.abc import Iterable

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _


class NotUnderstood(BadRequest):
    """An address that cannot be followed, with words that say why to whoever called it."""


def refuse_unknown(url: QueryDict, known: Iterable[str], prefix: str | None = None) -> None:
    """Raise NotUnderstood when an address names a choice that is none of those known, nor begins with `prefix`."""
    names = list(known)
    for name in url:
        if name not in names and not (prefix and name.startswith(prefix)):
            words = _("This page knows no choice “%(name)s”.") % {"name": name[:40]}
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            cure = near[:1] or names
            raise NotUnderstood(f"{words} {_('It knows: %(names)s.') % {'names': ', '.join(cure)}}")
