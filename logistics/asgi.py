"""The door for ASGI servers. Refuses to open over a database that lacks its triggers."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")
application = get_asgi_application()

from logistics.storage.triggers import require_triggers  # noqa: E402 -- Django must be set up first

require_triggers()
