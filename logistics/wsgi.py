"""The door for WSGI servers. Refuses to open over a database that lacks its triggers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")
application = get_wsgi_application()

from logistics.storage.triggers import require_triggers  # noqa: E402 -- Django must be set up first

require_triggers()

# What was loaded so far stays for good: the garbage collector need not look at it again at every thousandth row.
gc.freeze()
