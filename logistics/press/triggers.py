"""What the database refuses about files that people have and sheets on paper: what was printed stays as it is."""

from logistics.press import import_models, returned_models
from logistics.storage.triggers import append_only, declare

__all__ = ["SHEET_TRIGGERS", "TRIGGERS", "VIEW_TRIGGERS", "import_models", "returned_models"]

TRIGGERS = declare(append_only("press_labelchunk", ("batch_id", "number"), ("batch_id", "first")))
SHEET_TRIGGERS = declare(append_only("press_sheetpage", ("job_id", "number")))
VIEW_TRIGGERS = declare(append_only("press_boxview"))
