"""The closed lists: what a contact point may be, help with, cost and ask for. Keys are stable, labels are translated.

Labels and hints are English message ids; the doors translate them. What people type when they mean
a key stands in `synonyms/<language>.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


def N_(message: str) -> str:  # noqa: N802  # gettext's usual name for "translate later"
    """Mark a message for the catalogs without translating it."""
    return message


@dataclass(frozen=True, slots=True)
class Term:
    """One key of a closed list with its label and a short explanation (both English message ids)."""

    key: str
    label: str
    hint: str = ""


def _listed(*terms: Term) -> MappingProxyType[str, Term]:
    return MappingProxyType({term.key: term for term in terms})


WORK: Final = _listed(
    Term("rights_at_work", N_("Problems at work"), N_("Unpaid wages, contract, dismissal, accident, working hours")),
    Term("finding_work", N_("Finding work"), N_("Job search, CV, job offices, right to work")),
    Term("qualifications", N_("Recognition of diplomas"), N_("Make your studies and skills count here")),
    Term("social_security", N_("Benefits and social security"), N_("Unemployment, pension, family money, taxes")),
    Term("union_membership", N_("Joining a union"), N_("Become a member, meet your union")),
    Term("exploitation", N_("Exploitation and trafficking"), N_("Forced to work, threatened, papers taken away")),
)
PAPERS: Final = _listed(
    Term("asylum", N_("Asylum and protection"), N_("Ask for protection, procedure, interview")),
    Term("residence_permits", N_("Papers and residence"), N_("Residence card, visa, registration, nationality")),
    Term("family_reunification", N_("Bringing your family"), N_("Husband, wife, children, parents")),
    Term("legal_aid", N_("Legal help"), N_("A lawyer or legal advice, often free")),
    Term("before_departure", N_("Before you come"), N_("Information before leaving your country")),
    Term("return", N_("Going back"), N_("Help for people who choose to return")),
    Term("anti_discrimination", N_("Racism and discrimination"), N_("Report it, get support")),
)
DAILY_LIFE: Final = _listed(
    Term("housing", N_("A place to live or sleep"), N_("Rent, shelter, reception centre")),
    Term("health", N_("Health"), N_("Doctor, hospital, medicine, health insurance")),
    Term("mental_health", N_("Someone to talk to"), N_("Psychologist, trauma, stress, sadness")),
    Term("food", N_("Food and clothes"), N_("Meals, food parcels, clothing")),
    Term("emergency", N_("Urgent help"), N_("Today, tonight, danger")),
    Term("women", N_("Women"), N_("Violence, pregnancy, a safe place")),
    Term("children_youth", N_("Children and young people"), N_("Alone, school, free time, under 18")),
)
LEARNING: Final = _listed(
    Term("language_course", N_("Learning the language"), N_("Courses, conversation tables")),
    Term("education_training", N_("School and training"), N_("Learn a trade, study, university")),
    Term("digital_skills", N_("Computer and internet"), N_("Learn to use a computer or phone, get online")),
    Term("interpretation", N_("Interpreting and translation"), N_("Someone who speaks your language, documents")),
)
TOGETHER: Final = _listed(
    Term("culture_society", N_("Culture and life here"), N_("How things work, citizenship, meeting places")),
    Term("community", N_("Meeting people"), N_("Associations, groups, volunteers")),
    Term("social_economy", N_("Social economy"), N_("Co-operatives, work with a social aim")),
)

GROUPS: Final = MappingProxyType(
    {
        "papers": (N_("Papers and law"), PAPERS),
        "work": (N_("Work"), WORK),
        "daily_life": (N_("Daily life"), DAILY_LIFE),
        "learning": (N_("Learning"), LEARNING),
        "together": (N_("Together"), TOGETHER),
    }
)
TOPICS: Final = MappingProxyType({**WORK, **PAPERS, **DAILY_LIFE, **LEARNING, **TOGETHER})
GROUP_OF: Final = MappingProxyType({key: group for group, (_, terms) in GROUPS.items() for key in terms})

STATUSES: Final = _listed(
    Term("any", N_("Everyone, whatever their papers")),
    Term("undocumented", N_("People without papers")),
    Term("asylum_seeker", N_("Asylum seekers")),
    Term("refugee", N_("Refugees")),
    Term("subsidiary_protection", N_("People with subsidiary or humanitarian protection")),
    Term("temporary_protection", N_("People with temporary protection (from Ukraine)")),
    Term("third_country_national", N_("People from outside the European Union with a permit")),
    Term("eu_citizen", N_("Citizens of the European Union")),
)
KINDS: Final = _listed(
    Term("contact_point", N_("Contact point")),
    Term("service", N_("Local service")),
    Term("institution", N_("Public institution")),
    Term("initiative", N_("Social economy initiative")),
)
COSTS: Final = _listed(Term("free", N_("Free of charge")), Term("low", N_("Low price")), Term("paid", N_("To be paid")))
APPOINTMENTS: Final = _listed(
    Term("required", N_("By appointment only")),
    Term("preferred", N_("Better with an appointment")),
    Term("no", N_("No appointment needed")),
)
WHEELCHAIR: Final = _listed(
    Term("yes", N_("Wheelchair accessible")),
    Term("limited", N_("Partly wheelchair accessible")),
    Term("no", N_("Not wheelchair accessible")),
)
PRECISIONS: Final = _listed(
    Term("exact", N_("Exact address")),
    Term("street", N_("Approximate: near this street")),
    Term("city", N_("Approximate: only the city is known")),
    Term("none", N_("No place known")),
)
ENTRY_STATUSES: Final = _listed(Term("active", N_("Active")), Term("closed", N_("Closed")))

EUROPE: Final = "EU"
"""The country of an entry that serves all of Europe: it has no city and no country of its own."""
