"""How near what is typed comes to what things are called."""

import pytest

from cadran.ui.matching import nearness, plain

NAMES = [plain(name) for name in ("Win rate", "Taux de réussite", "taux de transformation", "Chiffre d'affaires", "CA")]


@pytest.mark.parametrize(
    ("written", "is_plain"),
    [("  Récurrent, Cœur ", "recurrent coeur"), ("E-mails envoyés", "emails envoyes"), ("d'affaires", "d affaires")],
)
def test_accents_case_and_punctuation_do_not_count(written: str, is_plain: str) -> None:
    assert plain(written) == is_plain


@pytest.mark.parametrize(
    "typed", ["TAUX DE TRANSFORMATION", "taux transfo", "tranformation", "chiffre affaires", "ca", "reussite"]
)
def test_a_name_is_found_by_its_beginnings_without_small_words_and_with_slips(typed: str) -> None:
    assert nearness(plain(typed), NAMES) > 0.3


@pytest.mark.parametrize("typed", ["", "zebra", "panier moyen", "xa", "rat win zz"])
def test_what_is_nothing_like_a_name_is_not_near(typed: str) -> None:
    assert nearness(plain(typed), NAMES) == 0


def test_the_name_itself_is_nearest_then_its_beginning_then_its_words_then_slips() -> None:
    said = [nearness(plain(typed), NAMES) for typed in ("win rate", "win r", "rate wi", "in rat", "wim rate")]
    assert said == sorted(said, reverse=True)
    assert said[0] == 1
    assert len(set(said)) == len(said)


def test_of_two_names_as_near_the_shorter_is_nearer() -> None:
    assert nearness("revenue", ["revenue growth"]) > nearness("revenue", ["revenue growth over a year"])
