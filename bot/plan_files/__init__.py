"""A plan as a file or a code: YAML, JSON, CSV, XLSX, QR. docs/plan-format.md describes them."""

from bot.plan_files.code import code_png, links_in_photo
from bot.plan_files.errors import LARGEST, PlanFileError
from bot.plan_files.reading import drug_id_by, read_plan_file
from bot.plan_files.writing import SUFFIXES, write_plan_file

__all__ = [
    "LARGEST",
    "SUFFIXES",
    "PlanFileError",
    "code_png",
    "drug_id_by",
    "links_in_photo",
    "read_plan_file",
    "write_plan_file",
]
