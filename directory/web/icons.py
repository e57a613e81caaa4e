"""Icons: Lucide's, drawn into the page."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import lucide
from markupsafe import Markup

OF_TOPICS: Final = {
    "rights_at_work": "hammer",
    "finding_work": "briefcase",
    "qualifications": "award",
    "social_security": "wallet",
    "union_membership": "handshake",
    "exploitation": "shield-alert",
    "asylum": "shield",
    "residence_permits": "id-card",
    "family_reunification": "users",
    "legal_aid": "scale",
    "before_departure": "plane",
    "return": "undo-2",
    "anti_discrimination": "equal",
    "housing": "house",
    "health": "stethoscope",
    "mental_health": "message-circle",
    "food": "utensils",
    "emergency": "siren",
    "women": "venus",
    "children_youth": "baby",
    "language_course": "languages",
    "education_training": "graduation-cap",
    "digital_skills": "laptop",
    "interpretation": "speech",
    "culture_society": "landmark",
    "community": "users-round",
    "social_economy": "sprout",
}


@lru_cache(maxsize=512)
def icon(name: str, size: int = 20) -> Markup:
    """A Lucide picture as inline SVG, hidden from screen readers: a word stands beside it."""
    return Markup(lucide._render_icon(name, size, **{"aria-hidden": "true", "class": "icon"}))  # noqa: S704  # Lucide's own file
