"""Names are searched in more of the ways that people type Cyrillic: the next start of the site writes it all anew."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE search_stamp SET value = 0")


def downgrade() -> None:
    """What is searched stays as it is: the spellings that are more are never asked for."""
