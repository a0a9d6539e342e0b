from typing import get_args

import pytest

from cadran.ui.tokens import Theme, colours, contrast, variables

GROUNDS = ("bg", "surface", "raised", "sunken")
INKS = ("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad")


@pytest.mark.parametrize("theme", get_args(Theme.__value__))
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_text_can_be_read_on_every_ground(theme: Theme, ground: str, ink: str) -> None:
    assert contrast(colours(theme)[ink], colours(theme)[ground]) >= 4.5


@pytest.mark.parametrize("theme", get_args(Theme.__value__))
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("good", "good-soft"),
        ("bad", "bad-soft"),
        ("warn", "warn-soft"),
        ("accent", "accent-soft"),
        ("on-accent", "accent"),
    ],
)
def test_text_can_be_read_on_its_own_tint(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(colours(theme)[ink], colours(theme)[ground]) >= 4.5


@pytest.mark.parametrize("theme", get_args(Theme.__value__))
@pytest.mark.parametrize("mark", ["c1", "c2", "c3", "c4", "c5", "control"])
def test_marks_and_edges_of_controls_stand_out(theme: Theme, mark: str) -> None:
    assert contrast(colours(theme)[mark], colours(theme)["surface"]) >= 3


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_charts_in_a_page_use_the_very_tokens_of_the_stylesheet() -> None:
    assert variables()["c1"] == "var(--c1)"
    assert variables().keys() == colours("dark").keys()
