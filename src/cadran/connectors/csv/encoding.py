"""Which encoding a text file is in, from its bytes."""

import codecs
import re
from pathlib import Path

from cadran.connectors.table import UnreadableError

BLOCK = 1 << 20

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BROKEN = re.compile("[\udc80-\udcff]")  # what bytes that are not UTF-8 become
_NOT_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def known_encoding(name: str, file: str) -> str:
    """The encoding that was asked for, checked to exist and to be one of text."""
    try:
        found = codecs.lookup(name)
    except LookupError:
        found = None
    if found is None or not getattr(found, "_is_text_encoding", True):
        raise UnreadableError(
            f"{file}: there is no text encoding called “{name}”. Usual ones are utf-8, cp1252, latin-1 and utf-16."
        )
    return name


def detect_encoding(path: Path) -> tuple[str, tuple[str, ...]]:
    """The encoding of a file and what the reader should be told about it."""
    with path.open("rb") as stream:
        start = stream.read(65_536)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding, ()
    if wide := _without_mark(start):
        return wide, (f"{path.name} has no byte order mark; its zero bytes say {wide}.",)
    return _narrow(path)


def _without_mark(start: bytes) -> str | None:
    """UTF-16 and UTF-32 of mostly western text have zeros in regular places."""
    if start.count(0) < len(start) / 4 or len(start) < 4:
        return None
    zeros = [start[place::4].count(0) / max(1, len(start[place::4])) for place in range(4)]
    high, low = 0.6, 0.3
    if zeros[1] > high and zeros[2] > high and zeros[3] > high and zeros[0] < low:
        return "utf-32-le"
    if zeros[0] > high and zeros[1] > high and zeros[2] > high and zeros[3] < low:
        return "utf-32-be"
    if zeros[1] > high and zeros[3] > high and zeros[0] < low and zeros[2] < low:
        return "utf-16-le"
    if zeros[0] > high and zeros[2] > high and zeros[1] < low and zeros[3] < low:
        return "utf-16-be"
    return None


def _narrow(path: Path) -> tuple[str, tuple[str, ...]]:
    """UTF-8 when its longer characters are mostly well formed, else a western single-byte encoding."""
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    broken = formed = 0
    undefined = False
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            if block.isascii():
                continue
            text = decode(block)
            bad = len(_BROKEN.findall(text))
            broken += bad
            formed += len(text) - len(text.encode("ascii", "ignore")) - bad
            undefined = undefined or bool(_NOT_IN_CP1252.search(block))
    broken += len(decode(b"", True))
    if broken == 0:
        return "utf-8", ()
    if formed > 10 * broken:
        return "utf-8", (f"{path.name} is UTF-8 with {broken} broken bytes: the rows that hold them are rejected.",)
    encoding = "latin-1" if undefined else "cp1252"
    return encoding, (f"{path.name} is not UTF-8; it is read as {encoding}. If accents look wrong, set `encoding`.",)
