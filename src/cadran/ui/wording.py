"""Tables of words, worked out once for each language."""

from collections.abc import Callable
from functools import cache

from django.utils.translation import get_language


def by_language[T](words: Callable[[], T]) -> Callable[[], T]:
    """A function of words in the reader's language that looks each word up once: what it returns is not to be changed.

    A page names hundreds of fields; to look a hundred words up for each of them took more time than all its records.
    """
    kept = cache(lambda _language: words())
    return lambda: kept(get_language())
