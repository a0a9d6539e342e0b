"""The pictures under which the product is installed; ``python -m cadran.ui.icons`` draws them anew."""

from pathlib import Path

import vl_convert

FOLDER = Path(__file__).parent / "static" / "ui"
LINES = "M4 20V11M9.3 20V4M14.6 20v-8M20 20V7"
GROUND, INK = "#3157d5", "#ffffff"


def drawn(size: int, share: float, corner: float) -> str:
    """The icon on its ground as SVG: so many pixels wide, its lines over a share of them, corners cut round."""
    edge = 24 / share
    shift = (edge - 24) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {edge:.3f} {edge:.3f}">'
        f'<rect width="100%" height="100%" rx="{edge * corner:.3f}" fill="{GROUND}"/>'
        f'<path transform="translate({shift:.3f} {shift:.3f})" d="{LINES}" fill="none" stroke="{INK}" '
        'stroke-width="2.25" stroke-linecap="round"/></svg>'
    )


PICTURES = {
    "icon-192.png": (192, 0.7, 0.2),
    "icon-512.png": (512, 0.7, 0.2),
    "icon-maskable-512.png": (512, 0.5, 0.0),  # a mask may cut away all beyond four fifths
}
"""File → its size, the share of it that the lines take, how round its corners are."""


def main() -> None:
    """Draw them all."""
    for name, asked in PICTURES.items():
        (FOLDER / name).write_bytes(bytes(vl_convert.svg_to_png(drawn(*asked), scale=1.0, ppi=72)))


if __name__ == "__main__":
    main()
