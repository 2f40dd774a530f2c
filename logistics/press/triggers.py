"""What the database refuses about files that people have."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(append_only("press_labelchunk", ("batch_id", "number"), ("batch_id", "first")))
