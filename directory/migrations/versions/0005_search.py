"""What is searched: bitmaps for each value instead of rows, places side by side, and a stamp for what is kept in memory.

The stamp starts at 0, "nothing written yet": the next start of the site writes it all anew from the contact points.
"""

import sqlalchemy as sa
import sqlalchemy.dialects.postgresql
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ON_SQLITE = (
    "CREATE VIRTUAL TABLE search_text USING fts5(name, body, columnsize = 0, tokenize = 'ascii')",
    "CREATE TRIGGER search_text_follows AFTER DELETE ON contact_point BEGIN "
    "DELETE FROM search_text WHERE rowid = old.number; "
    "INSERT OR IGNORE INTO search_gone (number) VALUES (old.number); "
    "UPDATE search_stamp SET value = random() & 4611686018427387903 | 1; END",
)
ON_POSTGRESQL = (
    "CREATE FUNCTION search_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO search_gone (number) SELECT number FROM gone ON CONFLICT DO NOTHING; "
    "UPDATE search_stamp SET value = 1 + floor(random() * 4611686018427387903)::bigint; RETURN NULL; END $$",
    # once for a statement: a hundred thousand versions of the one stamp in one transaction would take minutes
    "CREATE TRIGGER search_text_follows AFTER DELETE ON contact_point REFERENCING OLD TABLE AS gone "
    "FOR EACH STATEMENT EXECUTE FUNCTION search_follows()",
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER search_text_follows")
    op.drop_table("search_text")
    op.drop_table("facet")
    op.create_table(
        "facet",
        sa.Column("facet", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "facet NOT IN ('topic', 'status', 'kind') OR value IN ('rights_at_work', 'finding_work', 'qualifications', 'social_security', 'union_membership', 'exploitation', 'asylum', 'residence_permits', 'family_reunification', 'legal_aid', 'before_departure', 'return', 'anti_discrimination', 'housing', 'health', 'mental_health', 'food', 'emergency', 'women', 'children_youth', 'language_course', 'education_training', 'digital_skills', 'interpretation', 'culture_society', 'community', 'social_economy', 'any', 'undocumented', 'asylum_seeker', 'refugee', 'subsidiary_protection', 'temporary_protection', 'third_country_national', 'eu_citizen', 'contact_point', 'service', 'institution', 'initiative', 'unstated')",
            name=op.f("ck_facet_value_known"),
        ),
        sa.PrimaryKeyConstraint("facet", "value", "block", name=op.f("pk_facet")),
    )
    op.create_index("ix_facet_block", "facet", ["block"], unique=False)
    op.create_table(
        "place_block",
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_place_block")),
    )
    op.create_table(
        "search_gone",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_gone")),
    )
    stamp = op.create_table(
        "search_stamp",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_stamp")),
    )
    op.bulk_insert(stamp, [{"number": 1, "value": 0}])
    if not is_sqlite:
        op.create_table(
            "search_text",
            sa.Column(
                "contact_point",
                sa.Integer(),
                sa.ForeignKey("contact_point.number", ondelete="CASCADE"),
                primary_key=True,
            ),
            sa.Column("document", sa.dialects.postgresql.TSVECTOR(), nullable=False),
        )
        op.create_index("ix_search_text_document", "search_text", ["document"], postgresql_using="gin")
    for statement in ON_SQLITE if is_sqlite else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """The tables as they were before, empty: what is searched is derived and can be written again."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER search_text_follows" + ("" if is_sqlite else " ON contact_point"))
    if not is_sqlite:
        op.execute("DROP FUNCTION search_follows()")
    for table in ("search_text", "search_stamp", "search_gone", "place_block", "facet"):
        op.drop_table(table)
    op.create_table(
        "facet",
        sa.Column("contact_point", sa.Integer(), sa.ForeignKey("contact_point.number", ondelete="CASCADE")),
        sa.Column("facet", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("contact_point", "facet", "value", name=op.f("pk_facet")),
    )
    if is_sqlite:
        op.execute("CREATE VIRTUAL TABLE search_text USING fts5(name, meaning, body)")
        op.execute(
            "CREATE TRIGGER search_text_follows AFTER DELETE ON contact_point "
            "BEGIN DELETE FROM search_text WHERE rowid = old.number; END"
        )
    else:
        op.create_table(
            "search_text",
            sa.Column(
                "contact_point",
                sa.Integer(),
                sa.ForeignKey("contact_point.number", ondelete="CASCADE"),
                primary_key=True,
            ),
            sa.Column("document", sa.dialects.postgresql.TSVECTOR(), nullable=False),
        )
