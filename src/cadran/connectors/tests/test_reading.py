"""What is found from the content of a file: encoding, separators, column names, rows as a spreadsheet counts them."""

import csv
from pathlib import Path

import pytest
import xlsxwriter

from cadran.connectors.sandbox import MIB, Limits, read_table
from cadran.connectors.table import SEPARATOR, Hints, Table, UnreadableError


def read(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8", **hints: object) -> Table:
    (folder / name).write_bytes(text.encode(encoding))
    return read_table(folder / name, Hints(**hints), folder / "out")  # type: ignore[arg-type]


def rows(table: Table) -> list[list[str]]:
    with table.path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, delimiter=SEPARATOR))


@pytest.mark.parametrize(("separator", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_the_separator_is_found_and_shown(separator: str, name: str, tmp_path: Path) -> None:
    text = "\n".join(separator.join(cells) for cells in [("Société", "Montant"), ("Épée", '"1,5"'), ("Ñ", '"2;5"')])
    table = read(tmp_path, text)
    assert table.columns == ("Société", "Montant")
    assert [cells for _, _, _, *cells in rows(table)] == [["Épée", "1,5"], ["Ñ", "2;5"]]
    assert f"separated by {name}" in table.described()


def test_words_with_blanks_do_not_make_columns(tmp_path: Path) -> None:
    assert read(tmp_path, "Record ID,Company name\n1,Acme Corp\n").columns == ("Record ID", "Company name")
    assert read(tmp_path, "Company name\nAcme Corp\n").columns == ("Company name",)


def test_text_separated_by_blanks_is_read(tmp_path: Path) -> None:
    table = read(tmp_path, " id  day  usd\n 1 19970101  1.5\n 2 19970102 12.0\n", name="master.txt")
    assert table.columns == ("id", "day", "usd")
    assert rows(table)[1] == ["3", "", "", "2", "19970102", "12.0"]


def test_column_names_are_found_below_other_lines_by_the_names_that_are_expected(tmp_path: Path) -> None:
    text = "Report,by,Alice\n1,2,3\n\nDeal,Amount,Day\nA,1,2024-01-01\n"
    table = read(tmp_path, text, expect=("deal", "AMOUNT"))
    assert (table.header_row, table.columns) == (4, ("Deal", "Amount", "Day"))
    assert rows(table)[0][0] == "5"


def test_a_file_without_column_names_is_read_when_they_are_given(tmp_path: Path) -> None:
    table = read(tmp_path, "1,2\n3,4\n", columns=("a", "b"))
    assert (table.header_row, table.rows) == (0, 2)


def test_names_are_found_whatever_their_dashes_spaces_and_case(tmp_path: Path) -> None:
    table = read(tmp_path, "Affaire – Titre de l’affaire;Montant\u00a0HT\na;1\n")
    assert table.column("affaire - titre de l'affaire") == 0
    assert table.column("Montant HT") == 1
    assert table.column("Montant") is None


def test_a_sheet_can_be_chosen_and_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name in ("First", "Second"):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(2, 1, ["id", "name"])
            sheet.write_row(3, 1, [1.0, True])
    table = read_table(path, Hints(sheet="Second"), tmp_path / "out")
    assert (table.sheet, table.header_row) == ("Second", 3)
    assert rows(table)[0][0] == "4"
    assert "First" in " ".join(read_table(path, Hints(), tmp_path / "out").described().split("“"))
    with pytest.raises(UnreadableError, match="no sheet “Third”; its sheets are First, Second"):
        read_table(path, Hints(sheet="Third"), tmp_path / "out")


def test_an_unknown_encoding_is_refused_with_the_usual_ones(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableError, match="cp1252"):
        read_table(tmp_path / "f.csv", Hints(encoding="klingon"), tmp_path / "out")


def test_a_child_that_runs_out_of_memory_or_time_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, [f"column {n}" for n in range(50)])
        for row in range(1, 6_000):
            sheet.write_row(row, 0, [f"{row} {n} some text that fills memory" for n in range(50)])
    with pytest.raises(UnreadableError, match="memory"):
        read_table(path, Hints(), tmp_path / "out", Limits(memory=64 * MIB))
    with pytest.raises(UnreadableError, match=r"writ|read"):
        read_table(path, Hints(), tmp_path / "out", Limits(written=10_000))
