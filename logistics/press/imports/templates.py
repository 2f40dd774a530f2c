"""The empty files that people fill in: a heading in the language of choice, an example, and what each column takes."""

import io

import xlsxwriter

_COLUMNS = (
    ("捐赠人", "Donor", "示例捐赠人", 16),
    ("捐赠人类型", "Donor kind", "个人", 12),
    ("金额", "Amount", 100.5, 12),
    ("到账日期", "Date", "2026-01-12", 14),
    ("渠道", "Channel", "银行", 10),
    ("流水号", "Reference", "SL-0001", 18),
    ("项目", "Programme", "", 20),
    ("专项", "Fund", "", 16),
    ("认捐编号", "Pledge", "", 14),
    ("匿名", "Anonymous", "否", 8),
    ("备注", "Note", "", 24),
)
_NAMES = {"zh": "捐赠导入模板", "en": "gifts-template"}


def gifts_template(language: str) -> tuple[str, bytes]:
    """Write the template of gifts; returns (name, bytes)."""
    is_chinese, output = language.startswith("zh"), io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "bg_color": "#F3E9DC"})
        for place, (zh, en, example, width) in enumerate(_COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write(0, place, zh if is_chinese else en, bold)
            sheet.write(1, place, example)
        sheet.freeze_panes(1, 0)
    return f"{_NAMES['zh' if is_chinese else 'en']}.xlsx", output.getvalue()
