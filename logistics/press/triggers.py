"""What the database refuses about files that people have and sheets on paper: what was printed stays as it is."""

from logistics.press import (
    allocation_models,
    household_import_models,
    import_models,
    retention_models,
    returned_models,
    search_models,
)
from logistics.storage.triggers import append_only, declare

__all__ = ["SHEET_TRIGGERS", "TRIGGERS", "VIEW_TRIGGERS"]
__all__ += ["allocation_models", "household_import_models", "import_models", "retention_models", "returned_models"]
__all__ += ["search_models"]

TRIGGERS = declare(append_only("press_labelchunk", ("batch_id", "number"), ("batch_id", "first")))
SHEET_TRIGGERS = declare(append_only("press_sheetpage", ("job_id", "number")))
VIEW_TRIGGERS = declare(append_only("press_boxview"))
RETENTION_TRIGGERS = declare(append_only("press_retentionrun"))
