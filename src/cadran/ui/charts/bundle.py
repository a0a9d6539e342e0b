"""The browser's half of the charts (Vega, Vega-Lite and Vega-Embed), taken once out of the vl-convert wheel."""

import os
from pathlib import Path

import vl_convert

NAME = "vega.js"


def write(path: Path) -> Path:
    """Write the bundle into the folder ``path`` unless this version is there; its file.

    Making it takes about a second: it is done at set-up, never while a page is asked for.
    """
    bundle = path / NAME
    stamp = f"// vl-convert {vl_convert.__version__}\n"
    if bundle.exists():
        with bundle.open(encoding="utf-8") as there:
            if there.readline() == stamp:
                return bundle
    path.mkdir(parents=True, exist_ok=True)
    aside = path / f"{NAME}.{os.getpid()}"
    aside.write_text(stamp + vl_convert.javascript_bundle(), "utf-8")
    aside.replace(bundle)
    return bundle
