"""Serving the pages, and checking that it is safe to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from cadran.cli.terminal import app, begin, told


@app.command(epilog="Example: `cadran serve --port 8080`")
def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port to listen on")] = 8000,
) -> None:
    """Serve the pages until Ctrl-C, after a self-check."""
    begin()
    serve_until_stopped(host, port)


@app.command(epilog="Example: `cadran check && cadran serve`")
def check() -> None:
    """Check that it is safe to start: storage, settings, secret, space. Fails when one check does."""
    begin(migrating=False)
    if not _checked(import_module("cadran.config.check").checks(), out=sys.stdout):
        raise typer.Exit(1)


def _checked(checks: Sequence[Any], out: Any) -> bool:
    for one in checks:
        print(f"{'ok  ' if one.ok else 'FAIL'}  {one.name}: {one.what}{'' if one.ok else f' → {one.cure}'}", file=out)
    return all(one.ok for one in checks)


def serve_until_stopped(host: str, port: int) -> None:
    """Safe start or no start, then one process: pages and the refresher of the facts."""
    failed = [one for one in import_module("cadran.config.check").checks() if not one.ok]
    _checked(failed, out=sys.stderr)
    if any(one.stops for one in failed):
        raise typer.Exit(1)
    told.print(f"Serving on http://{host}:{port} until Ctrl-C")
    token = import_module("cadran.administration.invitations").first_link()
    if token:
        told.print("Nobody administers this installation yet. Open this link once, within a day:")
        told.print(f"  {_address(host, port)}/join/{token}", soft_wrap=True)
    with import_module("cadran.kpis.answer").kept_fresh():
        import_module("uvicorn").run(
            "cadran.config.asgi:application",
            host=host,
            port=port,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=3,
        )


def _address(host: str, port: int) -> str:
    """Where people reach the site: under its public name, else where it listens."""
    settings = import_module("django.conf").settings
    if settings.PUBLIC:
        names = [name for name in settings.ALLOWED_HOSTS if name not in settings.LOCAL_HOSTS and name != "*"]
        if names:
            return f"https://{names[0].removeprefix('.')}"
    return f"http://{'localhost' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 (compared, not listened on)
