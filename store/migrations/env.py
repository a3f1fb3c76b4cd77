"""Alembic's entry point: it runs on the connection that `store.migrate` opened, never alone."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from store.models import Person


def frozen_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:  # noqa: ANN401
    """Write the plain column type: a revision must not change when our own types do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        autogen.imports.add("import sqlalchemy as sa")
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Migrate inside the transaction that `store.migrate` began."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Person.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=frozen_type,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
