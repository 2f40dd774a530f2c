"""Load the demonstration: real reports as worked examples, and a made-up county in the middle of its winter."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from logistics.kernel.refusals import Refusal
from logistics.management.progress import progress_bar
from logistics.management.sign_ins import sign_ins_path
from logistics.press.cases.form import read_case
from logistics.press.cases.replay import import_case
from logistics.press.demo import give_passwords, let_audit, load_demonstration
from logistics.press.demo_rooms import load_rooms
from logistics.setup.environment import ROOT

CASES = ("tongliang-2024", "suichuan-2022", "shouning-2018")
PASSWORD_BYTES = 9


class Command(BaseCommand):
    """`load_demo`: a second run adds nothing; sign-ins are made anew only where their file is gone."""

    help = "Load the demonstration data and write its sign-ins into the data directory."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        now = timezone.now()
        try:
            show = progress_bar("示例县 Example county")
            show(0, 1)
            load_demonstration(now=now)
            show(1, 1)
            for name in CASES:
                case = read_case((ROOT / "docs" / "cases" / f"{name}.json").read_bytes())
                import_case(case=case, now=now, progress=progress_bar(case.title))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        if not sign_ins_path().exists():
            self._write_sign_ins()
        let_audit(now=timezone.now())
        load_rooms(now=timezone.now())

    def _write_sign_ins(self) -> None:
        given = give_passwords(make=lambda: secrets.token_urlsafe(PASSWORD_BYTES))
        lines = ["Sign-ins of the demonstration  演示登录", ""]
        lines += [
            f"{person.username:<14} {password}   {person.name} ({person.organisation.name_zh})"
            for person, password in given
        ]
        path = sign_ins_path()
        waiting = path.with_name(f"{path.name}.part")
        waiting.unlink(missing_ok=True)
        # For whoever started this and nobody else.
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
        waiting.replace(path)
        self.stdout.write(f"{path.relative_to(settings.DATA_DIR.parent)}")
