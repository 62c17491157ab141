from .consultations import (
    ConsultationAttachment,
    ConsultationMoment,
    ConsultationPage,
    Extension,
)
from .decisions import (
    CatalogueMatter,
    DecisionCataloguePage,
    DecisionIndexPage,
    DecisionPage,
    DossierSection,
)
from .opinions import ImportBatch, Opinion, OpinionAddition, OpinionGroup
from .reports import AdoptionReportPage, AnnexRow, Participation, ReportSnapshot

__all__ = [
    "AdoptionReportPage",
    "AnnexRow",
    "CatalogueMatter",
    "ConsultationAttachment",
    "ConsultationMoment",
    "ConsultationPage",
    "DecisionCataloguePage",
    "DecisionIndexPage",
    "DecisionPage",
    "DossierSection",
    "Extension",
    "ImportBatch",
    "Opinion",
    "OpinionAddition",
    "OpinionGroup",
    "Participation",
    "ReportSnapshot",
]
