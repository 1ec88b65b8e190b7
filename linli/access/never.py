"""The never-list, executable: what no purpose, attribute, column or choice of the house may name.

Sources: 个人信息保护法 art. 6 and 28 (least scope; sensitive data only for a stated, necessary purpose); the
house's own promise: no file on petitioning, opinion, faith or ethnicity, no face recognition, no score of a person.
"""

from __future__ import annotations

import re

_WORDS = (
    "petition",
    "petitioner",
    "petitioning",
    "faith",
    "religion",
    "religious",
    "ethnic",
    "ethnicity",
    "belief",
    "ideology",
    "sexuality",
    "face_vector",
    "face_embedding",
    "face_feature",
    "face_recognition",
    "key_person",
    "marginal_person",
    "trust_score",
    "person_score",
    "stability_risk",
)
_CHINESE = (
    "信访人",
    "上访",
    "宗教",
    "信仰",
    "族别",
    "政治面貌",
    "舆情",
    "重点人员",
    "边缘人",
    "人脸特征",
    "人员评分",
    "信用分",
)
_PATTERN = re.compile(rf"(?<![a-z])(?:{'|'.join(_WORDS)})(?![a-z])", re.IGNORECASE)


def named(text: str) -> str:
    """The word of the never-list that `text` names, or an empty string."""
    plain = _PATTERN.search(text.replace(" ", "_"))
    if plain:
        return plain.group()
    return next((word for word in _CHINESE if word in text), "")
