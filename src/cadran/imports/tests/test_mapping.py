"""Mapping files: what is wrong with one is said with its place and the cure."""

from pathlib import Path

import pytest

from cadran.imports.mapping import MappingError, parse_mapping, read_mapping
from cadran.imports.plan import bind

FILE = '[[files]]\nname = "deals.csv"\n'


def bound(text: str) -> None:
    mapping = parse_mapping(text, "map.toml")
    bind(mapping, mapping.files[0], "EUR")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("files = [", "map.toml is not TOML"),
        ("", "map.toml: files: Field required"),
        (FILE, "“deals.csv” › records"),
        (FILE + 'encodng = "x"\n[[files.records]]\nkind = "deal"', "Did you mean `encoding`?"),
        (FILE + '[[files.records]]\nkind = "deel"', "there is no such record. Did you mean `deal`?"),
        (FILE + '[[files.records]]\nkind = "deal"\nfields = { amout = "x" }', "Did you mean `amount`?"),
        (FILE + '[[files.records]]\nkind = "deal"\nfields = { amount = "x" }', "a deal needs `pipeline`, `stage`"),
        (FILE + '[[files.records]]\nkind = "account"\nfields = { name = {} }', "give exactly one of `column`"),
        (FILE + '[[files.records]]\nkind = "account"\nfields = { name = { column = "a", value = 1 } }', "exactly one"),
        (FILE + '[[files.records]]\nkind = "account"\ngroup = true\nfields = { name = "a" }', "needs the `id`"),
        (FILE + '[[files.records]]\nkind = "order"\nfields = { amount = { column = "a", sum = true } }', "`sum`"),
        (FILE + '[[files.records]]\nkind = "account"\nfields = { name = "a", owner = { column = "b", by = "number" } }',
         "a member has no `number`"),
        (FILE + '[[files.records]]\nkind = "deal"\nfields = { contacts = "a" }', "cannot be imported from a column"),
        (FILE + '[[files.records]]\nkind = "account"\nfields = { external_id = "a" }', "goes under `id`"),
        (FILE + '[[files.records]]\nkind = "account"\nfields = { name = "a" }\nhistory = { status = { x = "d" } }',
         "give the field's present value under `fields` too"),
        (FILE + 'dates = "ydm"\n[[files.records]]\nkind = "account"', "dates"),
        ('currency = "euro"\n' + FILE + '[[files.records]]\nkind = "account"', "currency"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(MappingError) as refused:
        bound(text)
    assert sentence in str(refused.value)


def test_a_mapping_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


def test_files_are_taken_in_the_order_of_the_mapping_and_by_pattern() -> None:
    records = '[[files.records]]\nkind = "account"\nfields = { name = "a" }\n'
    mapping = parse_mapping(f'[[files]]\nname = "b*.csv"\n{records}[[files]]\nname = "a.CSV"\n{records}')
    paths = [Path("A.csv"), Path("b2.csv"), Path("b1.csv")]
    assert [path.name for _, path in mapping.assign(paths)] == ["b1.csv", "b2.csv", "A.csv"]
    with pytest.raises(MappingError, match=r"says nothing about c\.csv"):
        mapping.assign([Path("c.csv")])
