"""The home folder: the records, the secret key and the facts of one installation."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The folder named by the environment variable CADRAN_HOME, else `.cadran` in the user's own folder."""
    named = os.environ.get("CADRAN_HOME")
    return Path(named).expanduser().resolve() if named else Path.home() / ".cadran"


def make(folder: Path) -> None:
    """Make the home folder, readable by its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def secret_key(folder: Path) -> str:
    """The key that signs sessions, made at the first start and readable by its owner alone.

    Written aside and linked into place, so two first starts at once agree on one key.
    """
    kept = folder / "secret.key"
    if not kept.exists():
        make(folder)
        aside = folder / f".secret.key.{os.getpid()}"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, kept)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return kept.read_text(encoding="ascii").strip()
