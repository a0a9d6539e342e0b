"""The browser's half of the charts (Vega, Vega-Lite and Vega-Embed), taken once out of the vl-convert wheel."""

import gzip
import os
from importlib.metadata import version
from pathlib import Path

import vl_convert

NAME = "vega.js"


def write(path: Path) -> Path:
    """Write the bundle into the folder ``path`` unless this version is there; its file.

    Making it takes about a second: it is done at set-up, never while a page is asked for.
    """
    bundle = path / NAME
    stamp = f"// vl-convert {version('vl-convert-python')}\n"
    if bundle.exists():
        with bundle.open(encoding="utf-8") as there:
            if there.readline() == stamp:
                return bundle
    path.mkdir(parents=True, exist_ok=True)
    script = (stamp + vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")).encode()
    _put(path / f"{NAME}.gz", gzip.compress(script, mtime=0))
    _put(bundle, script)
    return bundle


def _put(file: Path, content: bytes) -> None:
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(file)
