from .consultations import (
    ConsultationAttachment,
    ConsultationMoment,
    ConsultationPage,
    Extension,
)
from .counts import OpinionCount
from .decisions import (
    CatalogueMatter,
    DecisionCataloguePage,
    DecisionIndexPage,
    DecisionPage,
    DossierSection,
)
from .editions import ReportEdition, ReportFile, Withholding
from .groups import (
    Campaign,
    GroupingRun,
    GroupRefusal,
    GroupSuggestion,
    OpinionGroup,
    SuggestedMember,
)
from .imports import ImportBatch, TakeOver
from .opinions import Opinion, OpinionAddition
from .reports import (
    AdoptionReportPage,
    AnnexRow,
    Participation,
    ReportSnapshot,
)
from .versions import DraftVersion
from .work import Advice, BulkChange, BulkChangeRow, CityEntry, CityRow, StandardWording, Tag

__all__ = [
    "AdoptionReportPage",
    "Advice",
    "AnnexRow",
    "BulkChange",
    "BulkChangeRow",
    "Campaign",
    "CatalogueMatter",
    "CityEntry",
    "CityRow",
    "ConsultationAttachment",
    "ConsultationMoment",
    "ConsultationPage",
    "DecisionCataloguePage",
    "DecisionIndexPage",
    "DecisionPage",
    "DossierSection",
    "DraftVersion",
    "Extension",
    "GroupRefusal",
    "GroupSuggestion",
    "GroupingRun",
    "ImportBatch",
    "Opinion",
    "OpinionAddition",
    "OpinionCount",
    "OpinionGroup",
    "Participation",
    "ReportEdition",
    "ReportFile",
    "ReportSnapshot",
    "StandardWording",
    "SuggestedMember",
    "Tag",
    "TakeOver",
    "Withholding",
]
