"""“C.P.A.S.” is searched as one word: the next start of the site writes all that is searched anew."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE search_stamp SET value = 0")


def downgrade() -> None:
    """What is searched stays as it is; who asks for single letters finds less until it is written anew."""
