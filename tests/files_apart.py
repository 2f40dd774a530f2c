"""The settings of a process that a test starts: its files lie where the test says."""

import os

from logistics import settings

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
MEDIA_ROOT = os.environ["NUANLIU_FILES"]
