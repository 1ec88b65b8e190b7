"""The specimen: the smallest whole pack, there in the tests only. Every room's tests may open its cases."""

from __future__ import annotations

from datetime import timedelta

from linli.accounts.declarations import Post
from linli.base.bilingual import bilingual
from linli.cases.declarations import CaseKind
from linli.notices.declarations import Notice
from linli.packs.declaration import Pack
from linli.registers.declarations import AssetType
from tests.specimen_pack import workflow
from tests.specimen_pack.models import HydrantFault

fault = CaseKind(
    key="specimen_pack.fault",
    label=bilingual("消火栓故障", "hydrant fault"),
    number_word="栓",
    detail=HydrantFault,
    workflow=workflow.fault,
    form=("fault", "pressure_kpa", "found"),
    public=("fault",),
    summary=("fault", "pressure_kpa"),
    posts=("hydrant_inspector",),
    open_posts=("water_engineer",),
)
pack = Pack(
    key="specimen_pack",
    label=bilingual("消火栓（样例）", "Hydrants (specimen)"),
    summary=bilingual("每个消火栓有水，或有计时的案件。", "Every public hydrant has water, or a case with a clock."),
    sources=("Hydrant Rules",),
    posts=(
        Post(key="water_engineer", label=bilingual("供水工程师", "water engineer")),
        Post(key="hydrant_inspector", label=bilingual("消火栓监督员", "hydrant inspector")),
    ),
    asset_types=(
        AssetType(key="specimen_pack.hydrant", label=bilingual("消火栓", "hydrant"), supervision=timedelta(hours=26)),
    ),
    kinds=(fault,),
    notices=(
        Notice(
            key="specimen_pack.repair",
            label=bilingual("消火栓待修", "a hydrant is to be repaired"),
            text=bilingual("{number}：请修复 {title}。", "{number}: repair the hydrant, {title}."),
            posts=("hydrant_inspector",),
        ),
    ),
)
