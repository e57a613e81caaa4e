"""The contact points, who runs them, where they are, and what is searched."""

import sqlalchemy as sa
import sqlalchemy.dialects.postgresql
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "city",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("geonames_id", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_city_place_whole")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_city_latitude_in_range")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_city_longitude_in_range")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_city")),
        sa.UniqueConstraint("geonames_id", name=op.f("uq_city_geonames_id")),
        sa.UniqueConstraint("name", "country", name=op.f("uq_city_name")),
    )
    op.create_table(
        "network",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_network")),
        sa.UniqueConstraint("name", name=op.f("uq_network_name")),
    )
    op.create_table(
        "organization",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_organization")),
        sa.UniqueConstraint("name", name=op.f("uq_organization_name")),
    )
    op.create_table(
        "contact_point",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("alt_names", sa.JSON(), nullable=False),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("organization_number", sa.Integer(), nullable=True),
        sa.Column("network_number", sa.Integer(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("city_number", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("place_source", sa.String(length=200), nullable=False),
        sa.Column("phones", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("website", sa.String(length=2000), nullable=False),
        sa.Column("opening_hours", sa.String(length=500), nullable=False),
        sa.Column("cost", sa.String(length=10), nullable=False),
        sa.Column("appointment", sa.String(length=10), nullable=False),
        sa.Column("wheelchair", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("source_url", sa.String(length=2000), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(city = '') = (city_number IS NULL)", name=op.f("ck_contact_point_city_whole")),
        sa.CheckConstraint(
            "(precision = 'none') = (latitude IS NULL)", name=op.f("ck_contact_point_precision_of_a_place")
        ),
        sa.CheckConstraint(
            "appointment IN ('required', 'preferred', 'no', '')", name=op.f("ck_contact_point_appointment_known")
        ),
        sa.CheckConstraint("cost IN ('free', 'low', 'paid', '')", name=op.f("ck_contact_point_cost_known")),
        sa.CheckConstraint("id <> '' AND name <> ''", name=op.f("ck_contact_point_id_and_name")),
        sa.CheckConstraint(
            "kind IN ('contact_point', 'service', 'institution', 'initiative')",
            name=op.f("ck_contact_point_kind_known"),
        ),
        sa.CheckConstraint(
            "length(country) = 2 AND (country <> 'EU' OR city = '')", name=op.f("ck_contact_point_country_or_europe")
        ),
        sa.CheckConstraint(
            "precision IN ('exact', 'street', 'city', 'none')", name=op.f("ck_contact_point_precision_known")
        ),
        sa.CheckConstraint(
            "status = 'closed' OR json_array_length(phones) >= 1 OR email <> '' OR website <> '' OR city_number IS NOT NULL OR street <> '' OR latitude IS NOT NULL",
            name=op.f("ck_contact_point_can_be_reached"),
        ),
        sa.CheckConstraint("status IN ('active', 'closed')", name=op.f("ck_contact_point_status_known")),
        sa.CheckConstraint(
            "wheelchair IN ('yes', 'limited', 'no', '')", name=op.f("ck_contact_point_wheelchair_known")
        ),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_contact_point_place_whole")),
        sa.CheckConstraint("json_array_length(topics) >= 1", name=op.f("ck_contact_point_a_topic")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_contact_point_latitude_in_range")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_contact_point_longitude_in_range")),
        sa.ForeignKeyConstraint(["city_number"], ["city.number"], name=op.f("fk_contact_point_city_number_city")),
        sa.ForeignKeyConstraint(
            ["network_number"], ["network.number"], name=op.f("fk_contact_point_network_number_network")
        ),
        sa.ForeignKeyConstraint(
            ["organization_number"],
            ["organization.number"],
            name=op.f("fk_contact_point_organization_number_organization"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("id", name=op.f("uq_contact_point_id")),
    )
    op.create_index(op.f("ix_contact_point_city_number"), "contact_point", ["city_number"], unique=False)
    op.create_index(op.f("ix_contact_point_country"), "contact_point", ["country"], unique=False)
    op.create_index(op.f("ix_contact_point_network_number"), "contact_point", ["network_number"], unique=False)
    op.create_index(
        op.f("ix_contact_point_organization_number"), "contact_point", ["organization_number"], unique=False
    )
    op.create_table(
        "facet",
        sa.Column("contact_point", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "facet NOT IN ('topic', 'status', 'kind') OR value IN ('rights_at_work', 'finding_work', 'qualifications', 'social_security', 'union_membership', 'exploitation', 'asylum', 'residence_permits', 'family_reunification', 'legal_aid', 'before_departure', 'return', 'anti_discrimination', 'housing', 'health', 'mental_health', 'food', 'emergency', 'women', 'children_youth', 'language_course', 'education_training', 'digital_skills', 'interpretation', 'culture_society', 'community', 'social_economy', 'any', 'undocumented', 'asylum_seeker', 'refugee', 'subsidiary_protection', 'temporary_protection', 'third_country_national', 'eu_citizen', 'contact_point', 'service', 'institution', 'initiative', 'unstated')",
            name=op.f("ck_facet_value_known"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_point"],
            ["contact_point.number"],
            name=op.f("fk_facet_contact_point_contact_point"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_point", "facet", "value", name=op.f("pk_facet")),
    )
    op.create_index("ix_facet_value", "facet", ["facet", "value", "contact_point"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_text USING fts5"
            "(name, meaning, body, tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")"
        )
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
        op.create_index("ix_search_text_document", "search_text", ["document"], postgresql_using="gin")


def downgrade() -> None:
    for table in ("search_text", "facet", "contact_point", "city", "network", "organization"):
        op.drop_table(table)
