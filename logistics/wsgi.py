"""The door for WSGI servers. Refuses to open over a database that lacks its triggers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

OBJECTS_BEFORE_A_LOOK = 20_000
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")
application = get_wsgi_application()

from logistics.storage.triggers import require_triggers  # noqa: E402 -- Django must be set up first

require_triggers()

# What was loaded so far stays for good: the garbage collector need not look at it again at every thousandth row.
gc.freeze()
# An answer makes some thousand objects and hardly a cycle: to look for some after every 700 is work for nothing.
gc.set_threshold(OBJECTS_BEFORE_A_LOOK, 20, 20)
