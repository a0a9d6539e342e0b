from cadran.dashboards.home import BOARD, told
from cadran.kpis.answer import catalogue
from cadran.kpis.tile import Tile
from cadran.ui.formats import Change


def shown(title: str, verdict: str | None) -> Tile:
    change = Change("+1", "up", verdict) if verdict else None  # type: ignore[arg-type]
    return Tile(title, title, "/", "1", "", "", "1", change, "", [], "")


def test_the_board_has_at_most_twelve_kpis_and_each_exists() -> None:
    assert len(BOARD) <= 12
    assert all(key in catalogue() for key in BOARD)


def test_the_news_are_the_first_three_of_each_kind() -> None:
    tiles = [shown("a", "good"), shown("b", "bad"), shown("c", None), *(shown(f"g{n}", "good") for n in range(4))]
    assert [tile.title for tile in told(tiles, "good")] == ["a", "g0", "g1"]
    assert [tile.title for tile in told(tiles, "bad")] == ["b"]
