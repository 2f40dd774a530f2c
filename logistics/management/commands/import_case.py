"""Load the report of a real distribution, and compare its figures with what the ledgers say."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.kernel.refusals import Refusal
from logistics.management.progress import progress_bar
from logistics.press.cases.figures import Compared, compared_figures
from logistics.press.cases.form import FILE_BYTES_MAX, read_case
from logistics.press.cases.replay import import_case


class Command(BaseCommand):
    """`import_case FILE [--check]`: the second run changes nothing; `--check` exits 1 on a difference."""

    help = "Load a case file through the same actions as the API. With --check, compare every expected figure."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="print expected and real figures, exit 1 on a difference"
        )

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        """Load, then compare."""
        try:
            with file.open("rb") as stream:
                case = read_case(stream.read(FILE_BYTES_MAX + 1))
            fund, is_new = import_case(case=case, now=timezone.now(), progress=progress_bar(case.title or file.name))
            self._tell(f"{'Loaded 已载入' if is_new else 'Stood already 已存在'}: {case.title} (--fund {fund.code})")
            for name in case.ignored:
                self._tell(f"Not read 未读取: {name}")
            if not check:
                return
            compared = list(compared_figures(case, fund))
        except OSError as refusal:
            raise CommandError(f"{file}: {refusal.strerror}") from None
        except Refusal as refusal:
            raise CommandError(f"{file}: {refusal.message('en')}  {refusal.message('zh')}") from None
        self._print(compared)
        if not all(row.is_equal for row in compared):
            raise CommandError("Figures differ.  数字不一致。")

    def _tell(self, line: str) -> None:
        self.stderr.write(line)

    def _print(self, compared: list[Compared]) -> None:
        self.stdout.write(f"{'':2}{'expected':>14} {'real':>14}  figure")
        for row in compared:
            expected = row.expected
            real = ", ".join(map(str, row.found)) or "none"
            where = f" at {expected.place}" if expected.place else ""
            subject = f"trace of {expected.subject}" if expected.is_trace else expected.subject
            mark = "= " if row.is_equal else "! "
            self.stdout.write(f"{mark}{expected.value:>14} {real:>14}  {subject}: {expected.field}{where}")
