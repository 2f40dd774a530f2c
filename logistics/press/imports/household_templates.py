"""The empty list of households that people fill in: headings, two example families, and what each column takes."""

import io

import xlsxwriter

from logistics.households.hardships import hardship_kinds

# Chinese and English heading, width, and what the column takes.
_COLUMNS: tuple[tuple[str, str, int, str, str], ...] = (
    ("家庭编号", "Household number", 12, "同一家庭写同一编号；不写则每遇“户主”另起一家", "The same for one household"),
    ("姓名", "Name", 12, "必填", "Needed"),
    ("与户主关系", "Relation", 14, "必填；每家恰有一名“户主”", "Needed; one head each"),
    ("性别", "Sex", 8, "女或男；有身份证号可不填", "female or male"),
    ("出生日期", "Birth date", 14, "2016-03-05；有身份证号可不填", "2016-03-05"),
    ("身份证号", "Identity number", 24, "此列为文本，请勿改成数字", "This column is text"),
    ("联系电话", "Telephone", 16, "手机或带区号的座机", "Mobile, or with area code"),
    ("家庭住址", "Address", 30, "写到组和门牌", "Down to the house"),
    ("乡镇", "Township", 14, "不写则用导入时选的", "Else as chosen on import"),
    ("行政区划代码", "Division code", 16, "6、9 或 12 位；不写则用导入时选的", "6, 9 or 12 digits"),
    ("监护人", "Guardian", 12, "未成年人的监护人姓名", "Name of a child's guardian"),
    ("监护人关系", "Guardian's relation", 12, "如：母亲、祖父", "mother, grandfather"),
    ("监护人电话", "Guardian's telephone", 16, "手机或带区号的座机", "Mobile, or with area code"),
    ("监护人身份证号", "Guardian's identity number", 24, "可不填；监护人须年满 18 岁", "Optional; 18 at least"),
    (
        "困难类别",
        "Hardships",
        24,
        "可写多个，用顿号隔开；可用的词见“说明”页",
        "Several with commas; the words: see Notes",
    ),
    ("监护人同意", "Guardian's consent", 14, "未满 14 岁必填：是", "yes, for children under 14"),
)
# Made up, without identity numbers: an invented one might be somebody's.
_EXAMPLES = (
    (
        "1",
        "示例甲",
        "户主",
        "男",
        "1980-05-01",
        "",
        "13800000001",
        "示例村三组12号",
        "",
        "",
        "",
        "",
        "",
        "",
        "低保",
        "",
    ),
    ("1", "示例乙", "女儿", "女", "2016-03-05", "", "", "", "", "", "示例甲", "父亲", "", "", "", "是"),
    ("2", "示例丙", "户主", "女", "1952-11-20", "", "", "示例村一组3号", "", "", "", "", "", "", "大病、独居老人", ""),
)
_TEXT_ROWS = 5_000


def households_template(language: str) -> tuple[str, bytes]:
    """Write the template of households; returns (name, bytes)."""
    is_chinese, output = language.startswith("zh"), io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#F3E9DC"})
        sheet = book.add_worksheet("名单" if is_chinese else "Households")
        for place, (zh, en, width, zh_note, en_note) in enumerate(_COLUMNS):
            # Text through and through: a spreadsheet rounds the eighteen digits of a number.
            sheet.set_column(place, place, width, text)
            sheet.write(0, place, zh if is_chinese else en, bold)
            sheet.write_comment(0, place, zh_note if is_chinese else en_note)
        for row, example in enumerate(_EXAMPLES, 1):
            for place, value in enumerate(example):
                sheet.write_string(row, place, value, text)
        sheet.freeze_panes(1, 0)
        sheet.data_validation(1, 3, _TEXT_ROWS, 3, {"validate": "list", "source": ["女", "男"]})
        sheet.data_validation(1, 15, _TEXT_ROWS, 15, {"validate": "list", "source": ["是", "否"]})
        notes = book.add_worksheet("说明" if is_chinese else "Notes")
        notes.set_column(0, 0, 18)
        notes.set_column(1, 1, 60)
        for row, (zh, en, _, zh_note, en_note) in enumerate(_COLUMNS):
            notes.write_row(row, 0, (zh, zh_note) if is_chinese else (en, en_note))
        for row, kind in enumerate(hardship_kinds(), len(_COLUMNS) + 3):
            notes.write_row(row, 0, (kind.name_zh if is_chinese else kind.name_en, kind.code))
        notes.write(len(_COLUMNS) + 1, 0, "示例三行请删去。" if is_chinese else "Delete the three example rows.")
    return ("家庭名单模板.xlsx" if is_chinese else "households-template.xlsx"), output.getvalue()
