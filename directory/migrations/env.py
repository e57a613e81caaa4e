"""Alembic's entry: runs the migrations on the connection that `database.migrate` hands over."""

from alembic import context

from directory.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_name=lambda name, kind, _: not (kind == "table" and str(name).startswith("search_text")),
)
with context.begin_transaction():
    context.run_migrations()
