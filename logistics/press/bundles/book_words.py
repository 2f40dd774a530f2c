"""The words of book.pdf, in both languages."""

from labels.papers.spec import Both

TOTAL = "合计"
YES_NO = {1: "是", 0: "否"}
BASES = {"OWN": "自有", "AGENCY": "受托代理", "APPROPRIATION": "财政拨款"}
PLACES = {
    "DONOR": "捐赠人",
    "SUPPLIER": "供应商",
    "OPENING": "启用时余额",
    "ASSEMBLY": "组包台",
    "INCOME": "其他收入",
    "SURPLUS": "盘盈",
    "BANK": "银行存款",
    "PREPAID": "预付货款",
    "WAREHOUSE": "仓库",
    "QUARANTINE": "隔离",
    "RESERVED": "预留",
    "PARCEL": "包裹",
    "IN_TRANSIT": "在途",
    "VOLUNTEER": "志愿者手中",
    "HOUSEHOLD": "受益家庭",
    "EXPENSE": "费用",
    "SOLD": "已变卖",
    "LOSS": "损失",
}
CHECKS = {
    "RESTRICTED": "限定用途",
    "UNRESTRICTED": "非限定用途",
    "MANAGEMENT_COST": "管理费用与规定上限",
    "FUND_MANAGEMENT_COST": "管理费用与约定上限",
    "WAITING": "定向捐赠未用完",
    "LARGE_GIFT": "大额捐赠（10万元以上）",
    "WITHOUT_OFFICIAL_BILL": "未登记捐赠票据",
    "WITHOUT_EVIDENCE": "分录无凭据",
    "TERMS_CHANGED": "变更限定用途",
}
SUBJECTS = {"balance": "资金", "goods_balance": "物资", "MONEY": "捐款", "GOODS": "捐赠物资"}
FACTS = (
    Both("单位编号", "Organisation"),
    Both("包含单位", "Bodies covered"),
    Both("期间", "Period"),
    Both("已知时点", "As known at"),
    Both("日志叶数", "Leaves of the log"),
    Both("货币", "Currency"),
)
HEADINGS = {
    "trial_balance": Both("科目余额表", "Trial balance"),
    "funds": Both("专项（按资金性质）", "Funds by basis"),
    "balances": Both("期初与期末结存", "What is held at both ends"),
    "movement": Both("收发存", "Stock movement"),
    "compliance": Both("合规检查", "Compliance sheet"),
}
_ENDS = (
    Both("期初数量", "Opening quantity"),
    Both("期初金额", "Opening value"),
    Both("期末数量", "Closing quantity"),
    Both("期末金额", "Closing value"),
)
HEADS = {
    "trial_balance": (
        *(
            Both("资金性质", "Basis"),
            Both("科目编号", "Code"),
            Both("科目名称", "Account"),
            Both("明细", "Our account"),
        ),
        *(
            Both("期初余额", "Opening"),
            Both("借方金额", "Debit"),
            Both("贷方金额", "Credit"),
            Both("期末余额", "Closing"),
        ),
    ),
    "funds": (
        *(
            Both("资金性质", "Basis"),
            Both("专项", "Fund"),
            Both("公益项目", "Programme"),
            Both("所有/保管", "Owner/holder"),
        ),
        *(Both("期初资金", "Opening"), Both("收入", "In"), Both("支出", "Out"), Both("期末资金", "Closing")),
        *(Both("期初物资", "Goods"), Both("增加", "In"), Both("减少", "Out"), Both("期末物资", "Goods")),
    ),
    "balances": (Both("位置", "Place"), Both("专项", "Fund"), Both("物品或币种", "Thing"), *_ENDS),
    "movement": (
        *(Both("物品", "Item"), Both("专项", "Fund"), Both("期初", "Opening"), Both("入库", "In"), Both("出库", "Out")),
        *(Both("期末", "Closing"), Both("期初价值", "Opening value"), Both("期末价值", "Closing value")),
    ),
    "compliance": (
        *(Both("检查项", "Check"), Both("对象", "Subject"), Both("金额", "Figure"), Both("上限", "Limit")),
        *(
            Both("数量", "Count"),
            Both("天数", "Days"),
            Both("日期", "Day"),
            Both("依据", "Source"),
            Both("合规", "Within"),
        ),
    ),
}
NOTES = {
    "trial_balance": Both(
        "金额单位为元；余额借正贷负。每种资金性质的合计行：借方合计等于贷方合计，余额合计为零。",
        "In yuan; balances are positive on the left. In each total debit equals credit, and the balances sum to 0.",
    ),
    "funds": Both("每行：期初 + 收入 − 支出 = 期末。", "In each row: opening + in − out = closing."),
    "balances": Both("只列由本单位保管的款物。", "Only what is in the care of these bodies."),
    "movement": Both("数量为物品的基本单位；价值单位为元。", "Quantities in base units of each item; values in yuan."),
}
STEPS = (
    Both(
        "从别处取得验证公钥（例如由该单位书面提供），与下方公钥核对。",
        "Get the verifier key from somewhere else, such as the body in writing, and compare it with the one below.",
    ),
    Both(
        "在不联网的电脑上运行 python3 verify.py 审计包.zip --key 公钥 --checkpoint 上次保存的校验点.txt。",
        "On a computer without a network run python3 verify.py BUNDLE.zip --key KEY --checkpoint KEPT.txt.",
    ),
    Both(
        "程序从封存的数据行重新计算每一个哈希和余额，指出第一处不符；本账簿的数字与同包的 CSV 文件一致。",
        "It hashes and adds up every sealed row again and names the first thing that does not fit; the figures here "
        "are those of the CSV files beside it.",
    ),
    Both(
        "保存 checkpoint.txt：下次可证明今天所见未被改动。下方即本包的校验点。",
        "Keep checkpoint.txt: next time it proves that what you saw today was not changed. It stands below.",
    ),
)
