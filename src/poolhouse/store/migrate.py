"""Bringing a database to the newest schema; quick when it is there already."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine

from poolhouse.store.schema import metadata


def upgrade(path: Path) -> None:
    """Create or migrate the database file at ``path``."""
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
