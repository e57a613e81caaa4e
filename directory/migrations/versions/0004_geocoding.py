"""What the geocoder answered, so that it is asked once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "geocoder_answer",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('found', 'nothing', 'refused', 'failed', 'turned_away')",
            name=op.f("ck_geocoder_answer_outcome_known"),
        ),
        sa.CheckConstraint(
            "precision IN ('exact', 'street', 'city', 'none')", name=op.f("ck_geocoder_answer_precision_known")
        ),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_geocoder_answer_place_whole")),
        sa.CheckConstraint("(outcome = 'found') = (latitude IS NOT NULL)", name=op.f("ck_geocoder_answer_place_found")),
        sa.CheckConstraint(
            "(precision = 'none') = (latitude IS NULL)", name=op.f("ck_geocoder_answer_precision_of_a_place")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_geocoder_answer_latitude_in_range")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_geocoder_answer_longitude_in_range")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_geocoder_answer")),
    )
    op.create_index("ix_geocoder_answer_next_try", "geocoder_answer", ["provider", "next_try_at"], unique=False)


def downgrade() -> None:
    op.drop_table("geocoder_answer")
