"""What Alembic runs: the migrations, over the connection it is handed, or as SQL for PostgreSQL."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles

from poolhouse.store.schema import metadata


@compiles(Text, "postgresql")
def _bytewise(column_type: Text, compiler: Any, **_: Any) -> str:
    """Text sorts by its bytes, as in SQLite: pages and prefixes rely on it, whatever the locale."""
    return 'TEXT COLLATE "C"'


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=metadata)
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
    )
with context.begin_transaction():
    context.run_migrations()
