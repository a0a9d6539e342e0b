"""Files that go wrong, made on the spot: what each is called, how it is made, and whether it is refused or loaded."""

import codecs
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

HEADER = "id,name,amount,when\n"
ROW = "{n},Société {n},{n}.50,2024-01-{d:02}\n"
TABLE = HEADER + "".join(ROW.format(n=n, d=n % 28 + 1) for n in range(1, 21))

Make = Callable[[Path], None]


@dataclass(frozen=True)
class Hostile:
    """`rows` is how many rows are read (None: the file is refused), `faulty` how many of them are rejected."""

    name: str
    make: Make
    rows: int | None = None
    faulty: int = 0


def _bytes(content: bytes) -> Make:
    return lambda path: (path.write_bytes(content), None)[1]


def _text(content: str, encoding: str = "utf-8") -> Make:
    return _bytes(content.encode(encoding))


def _mangled(row: int, old: str, new: bytes) -> bytes:
    """The table with something else in one row."""
    lines = TABLE.encode().split(b"\n")
    lines[row] = lines[row].replace(old.encode(), new)
    return b"\n".join(lines)


def _excel(fill: Callable[[xlsxwriter.Workbook], None]) -> Make:
    def make(path: Path) -> None:
        with xlsxwriter.Workbook(str(path)) as workbook:
            fill(workbook)

    return make


def _sheet(workbook: xlsxwriter.Workbook, rows: int = 5) -> xlsxwriter.worksheet.Worksheet:
    sheet = workbook.add_worksheet("Deals")
    sheet.write_row(0, 0, ["id", "name", "amount", "when"])
    for number in range(1, rows + 1):
        sheet.write_row(number, 0, [number, f"Deal {number}", number + 0.5, f"2024-01-{number:02}"])
    return sheet


def _far(workbook: xlsxwriter.Workbook) -> None:
    _sheet(workbook).write(1_048_575, 16_383, "stray")


def _formulas(workbook: xlsxwriter.Workbook) -> None:
    sheet = _sheet(workbook)
    sheet.write_formula(6, 0, '=cmd|" /C calc"!A0', value="6")
    sheet.write_row(6, 1, ["Six", 6.5, "2024-01-06"])


def _two_sheets(workbook: xlsxwriter.Workbook) -> None:
    workbook.add_worksheet("Empty")
    _sheet(workbook)


def _zip(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Make:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, content in entries.items():
                archive.writestr(name, content)

    return make


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry:
            for _ in range(400):
                entry.write(b" " * (1 << 20))


def _many_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(6_000):
            archive.writestr(f"xl/media/{number}", "")


def _lying_bomb(path: Path) -> None:
    """A directory that promises less than what unpacks."""
    _bomb(path)
    content = path.read_bytes()
    size = (400 << 20).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))


def _crafted_sheet(cells: str) -> Make:
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    return _zip(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{packages}/content-types">'
                '<Default Extension="xml" ContentType="application/xml"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" '
                f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
                '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" '
                f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.xml": sheet.encode(),
        }
    )


def _inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def _encrypted(path: Path) -> None:
    """A compound file whose directory names what a password-protected workbook holds."""
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    )


def _truncated_excel(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as workbook:
        _sheet(workbook, 200)
    path.write_bytes(path.read_bytes()[:-300])


def _corrupt_excel(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as workbook:
        _sheet(workbook, 200)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    path.write_bytes(bytes(content))


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _link(path: Path) -> None:
    target = path.with_suffix(".target")
    target.write_text(TABLE, encoding="utf-8")
    path.symlink_to(target)


def _broken_link(path: Path) -> None:
    path.symlink_to(path.with_suffix(".gone"))


def _unbalanced_everywhere() -> str:
    return HEADER + "".join(f'{n},"open {n}\n' for n in range(3_000))


def _deep() -> str:
    return HEADER + f'1,"{"[" * 100_000}",1,2024-01-01\n'


def _ods_bomb() -> dict[str, bytes]:
    repeated = b'office:value="1" table:number-columns-repeated="1000000"'
    cell = b"<table:table-cell " + repeated + b"><text:p>1</text:p></table:table-cell>"
    row = b'<table:table-row table:number-rows-repeated="1000000">' + cell + b"</table:table-row>"
    return {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b"<office:document-content><office:body><office:spreadsheet><table:table>"
        + row
        + b"</table:table></office:spreadsheet></office:body></office:document-content>",
    }


ENTITIES = b'<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">'

ENCODINGS = [
    Hostile("utf-8 without mark", _text(TABLE), 20),
    Hostile("utf-8 with mark", _text(TABLE, "utf-8-sig"), 20),
    Hostile("utf-16 with mark", _text(TABLE, "utf-16"), 20),
    Hostile("utf-16-le without mark", _text(TABLE, "utf-16-le"), 20),
    Hostile("utf-16-be without mark", _text(TABLE, "utf-16-be"), 20),
    Hostile("utf-16-be with mark", _bytes(codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be")), 20),
    Hostile("utf-32 with mark", _text(TABLE, "utf-32"), 20),
    Hostile("utf-32-le without mark", _text(TABLE, "utf-32-le"), 20),
    Hostile("utf-32-be without mark", _text(TABLE, "utf-32-be"), 20),
    Hostile("latin-1", _text(TABLE, "latin-1"), 20),
    Hostile("cp1252 with euro and curly quotes", _text(TABLE.replace("Société 3", "“Prix” 3 €"), "cp1252"), 20),
    Hostile("one broken byte among good utf-8", _bytes(_mangled(5, "Soci", b"\xff\xfeSoci")), 20, 1),
    Hostile("utf-8 cut inside a character", _bytes((TABLE + "21,Societ\u00e9").encode()[:-1]), 21, 1),
    Hostile("utf-16 cut inside a character", _bytes(TABLE.encode("utf-16")[:-1]), 20, 1),
    Hostile("a lone surrogate in utf-8", _bytes(_mangled(4, "Soci", b"\xed\xa0\x80Soci")), 20, 1),
    Hostile("two marks at the start", _bytes(codecs.BOM_UTF8 * 2 + TABLE.encode()), 20),
]
CONTENTS = [
    Hostile("a NUL in one row", _bytes(_mangled(7, "Soci", b"So\0ci")), 20, 1),
    Hostile("nothing but NULs", _bytes(bytes(10_000))),
    Hostile("an empty file", _bytes(b"")),
    Hostile("only a mark", _bytes(codecs.BOM_UTF8)),
    Hostile("only blanks", _text(" \n\n\t\n")),
    Hostile("header only", _text(HEADER), 0),
    Hostile("header without line end", _text(HEADER.strip()), 0),
    Hostile("binary garbage", lambda path: (path.write_bytes(os.urandom(50_000)), None)[1]),
    Hostile("a PDF", _bytes(b"%PDF-1.7\n" + b"x" * 500)),
    Hostile("a gzip", _bytes(b"\x1f\x8b\x08" + bytes(500))),
    Hostile("a picture", _bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))),
    Hostile("a web page called .xls", _text("<html><table><tr><td>1</td></tr></table></html>")),
    Hostile("JSON", _text('[{"id": 1}, {"id": 2}]')),
    Hostile("numbers without column names", _text("".join(f"{n},{n},{n}\n" for n in range(50)))),
    Hostile("CR-only line ends", _text(TABLE.replace("\n", "\r")), 20),
    Hostile(
        "CRLF and LF and CR mixed",
        _text(TABLE.replace("\n", "\r\n", 5).replace("4.50,2024-01-05\r\n", "4.50,2024-01-05\r")),
        20,
    ),
    Hostile("blank lines between", _text(TABLE.replace("\n", "\n\n")), 20),
    Hostile("duplicated column names", _text("id,name,name,NAME\n1,2,3,4\n"), 1),
    Hostile("blank column names", _text("id,name,,\n1,2,3,4\n"), 1),
    Hostile("ragged rows", _text(HEADER + "1,a,1,2024-01-01,extra\n2,b\n3,c,3,2024-01-03\n"), 3, 2),
    Hostile("extra commas at the end", _text(HEADER + "1,a,1,2024-01-01,,,\n"), 1),
    Hostile("cut in the middle of a row", _text(TABLE[:-12]), 20, 1),
    Hostile("lines above the column names", _text("Export of 2024-05-01\n\n" + TABLE), 20),
]
QUOTES = [
    Hostile("a quote never closed at the end", _text(TABLE + '21,"never closed,1,2024-01-01\n'), 21, 1),
    Hostile("a quote never closed in the middle", _text(TABLE.replace("5,Société 5", '5,"Société 5')), 20, 1),
    Hostile("quotes that do not pair up anywhere", _text(_unbalanced_everywhere())),
    Hostile("text after a closing quote", _text(HEADER + '1,"a"b,1,2024-01-01\n2,c,2,2024-01-02\n'), 2, 1),
    Hostile("line ends inside quotes", _text(HEADER + '1,"a\nb\nc",1,2024-01-01\n'), 1),
    Hostile("doubled quotes", _text(HEADER + '1,"a ""b"" c",1,2024-01-01\n'), 1),
    Hostile("a cell of 10 MB", _text(HEADER + f"1,{'x' * 10_000_000},1,2024-01-01\n2,b,2,2024-01-02\n"), 2, 1),
    Hostile("a line of 40 MB without an end", _text(HEADER + "x" * 40_000_000)),
    Hostile("100,000 columns", _text(",".join(f"c{n}" for n in range(100_000)) + "\n" + "1," * 99_999 + "1\n")),
    Hostile("nesting 100,000 deep", _text(_deep()), 1),
    Hostile("formulas", _text(HEADER + "1,=cmd|' /C calc'!A0,1,2024-01-01\n2,@SUM(1+1),2,2024-01-02\n"), 2),
]
SPREADSHEETS = [
    Hostile("a sheet.xlsx", _excel(lambda book: (_sheet(book), None)[1]), 5),
    Hostile("a first sheet that is empty.xlsx", _excel(_two_sheets), 5),
    Hostile("formulas.xlsx", _excel(_formulas), 6),
    Hostile("no rows.xlsx", _excel(lambda book: (book.add_worksheet("Empty"), None)[1])),
    Hostile("a CSV called.xlsx", _text(TABLE), 20),
    Hostile("a stray cell far away.xlsx", _excel(_far)),
    Hostile(
        "two cells that span a sheet.xlsx",
        _crafted_sheet(f'<row r="1">{_inline("A1", "id")}</row><row r="1048576">{_inline("XFD1048576", "x")}</row>'),
    ),
    Hostile(
        "cells beyond any sheet.xlsx",
        _crafted_sheet(f'<row r="1">{_inline("A1", "id")}</row><row r="99999999">{_inline("ZZZZ99999999", "x")}</row>'),
    ),
    Hostile("cells without a place.xlsx", _crafted_sheet("<row><c><v>1</v></c></row>" * 3)),
    Hostile("a bomb.xlsx", _bomb),
    Hostile("a bomb whose directory lies.xlsx", _lying_bomb),
    Hostile("6,000 parts.xlsx", _many_parts),
    Hostile("a ZIP of other things.xlsx", _zip({"readme.txt": b"hello"})),
    Hostile("an empty ZIP.xlsx", _zip({})),
    Hostile("a ZIP of folders climbing up.xlsx", _zip({"../../etc/passwd": b"x", "xl/workbook.xml": b"<workbook/>"})),
    Hostile("repeated cells.ods", _zip(_ods_bomb())),
    Hostile("cut short.xlsx", _truncated_excel),
    Hostile("overwritten in the middle.xlsx", _corrupt_excel),
    Hostile("protected by a password.xlsx", _encrypted),
    Hostile("an old workbook of garbage.xls", _bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40)),
    Hostile("XML that is not closed.xlsx", _crafted_sheet("<row r='1'><c r='A1'><v>1")),
    Hostile(
        "entities that multiply.xlsx",
        _zip({"xl/workbook.xml": b"<!DOCTYPE a [" + ENTITIES + b"]><workbook>&c;</workbook>"}),
    ),
]
PATHS = [
    Hostile("a folder", lambda path: path.mkdir()),
    Hostile("a link to a file", _link, 20),
    Hostile("a link to nothing", _broken_link),
    Hostile("a link to itself", _loop),
    Hostile("a named pipe", os.mkfifo),
    Hostile("nothing there", lambda _: None),
    Hostile("a CSV in a spreadsheet's ZIP", _zip({"data.csv": TABLE.encode()})),
    Hostile("a spreadsheet called.csv", _excel(lambda book: (_sheet(book), None)[1]), 5),
]
HOSTILE = [*ENCODINGS, *CONTENTS, *QUOTES, *SPREADSHEETS, *PATHS]
