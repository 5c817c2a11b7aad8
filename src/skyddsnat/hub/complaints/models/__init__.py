"""Complaints from outside about blocks, joined to cases."""

from skyddsnat.hub.complaints.models.case import Case, CaseBlock, OwnLift
from skyddsnat.hub.complaints.models.complaint import Complaint

__all__ = ["Case", "CaseBlock", "Complaint", "OwnLift"]
