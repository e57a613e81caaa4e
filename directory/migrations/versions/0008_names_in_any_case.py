"""Names in any grammatical case, numbers and addresses are searched: the next start of the site writes it all anew."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE search_stamp SET value = 0")


def downgrade() -> None:
    """What is searched stays as it is: the words that are more are never asked for."""
