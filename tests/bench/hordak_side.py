"""django-hordak as the other side of the posting benchmark: runs in an environment of its own, never in ours.

Reads a number from its standard input, posts that many transactions of two legs through the documented
`Account.transfer_to`, each in a transaction of its own, and answers with the seconds.
"""

import sys
import time
from urllib.parse import urlsplit

import django
from django.conf import settings

parts = urlsplit(sys.argv[1])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.strip("/"),
            "USER": parts.username,
            "PASSWORD": parts.password,
            "HOST": parts.hostname,
            "PORT": parts.port,
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    DEFAULT_CURRENCY="CNY",
    HORDAK_INTERNAL_CURRENCY="CNY",
    HORDAK_CURRENCIES=["CNY"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

from django.core.management import call_command  # noqa: E402 -- Django must be set up first
from django.db import transaction  # noqa: E402 -- Django must be set up first
from hordak.models import Account, AccountType  # noqa: E402 -- Django must be set up first
from moneyed import Money  # noqa: E402 -- Django must be set up first


def main() -> None:
    """Migrate, or post whenever asked."""
    if sys.argv[2] == "migrate":
        call_command("migrate", verbosity=0)
        return
    with transaction.atomic():
        donor = Account.objects.create(name="donor", type=AccountType.income, currencies=["CNY"])
        bank = Account.objects.create(name="bank", type=AccountType.asset, currencies=["CNY"])
    donor, bank = Account.objects.get(id=donor.id), Account.objects.get(id=bank.id)
    print("ready", flush=True)
    for line in sys.stdin:
        begun = time.perf_counter()
        for _ in range(int(line)):
            # `transfer_to` opens the transaction itself.
            donor.transfer_to(bank, Money(100, "CNY"))
        print(time.perf_counter() - begun, flush=True)


main()
