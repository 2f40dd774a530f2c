"""The words for what the books store in capitals, in both languages: on vouchers, in books of plain text, on paper."""

from collections.abc import Mapping

ENTRY_KINDS = {
    "OPENING": ("期初余额", "Opening balance"),
    "DONATION": ("接受捐赠", "Donation received"),
    "REFUND": ("退还捐赠", "Donation refunded"),
    "INTEREST": ("银行利息", "Bank interest"),
    "COST": ("管理费用支出", "Management cost"),
    "PREPAYMENT": ("预付货款", "Prepayment"),
    "PURCHASE": ("采购物资", "Purchase"),
    "PRICE_REFUND": ("货款差价退回", "Price difference returned"),
    "ASSEMBLY": ("组包", "Kits assembled"),
    "BREAK_UP": ("拆包", "Kits broken up"),
    "YARN_OUT": ("发出毛线", "Yarn handed out"),
    "KNITTING": ("收回织品", "Garments returned"),
    "MOVE_OUT": ("调拨出库", "Moved out"),
    "MOVE_IN": ("调拨入库", "Moved in"),
    "HAND_DOWN_OUT": ("下拨发出", "Handed down"),
    "HAND_DOWN_IN": ("下拨接收", "Hand-down received"),
    "HOLD": ("隔离", "Put on hold"),
    "RELEASE": ("解除隔离", "Released"),
    "COUNT_SURPLUS": ("盘盈", "Surplus at a stock-take"),
    "COUNT_SHORTAGE": ("盘亏", "Shortage at a stock-take"),
    "WRITE_OFF": ("报损", "Written off"),
    "SALE": ("变卖", "Sold"),
    "RESERVE": ("预留", "Reserved"),
    "PACK": ("装箱", "Packed"),
    "HAND_OVER": ("发放", "Handed over"),
    "LOSE": ("遗失", "Lost"),
    "DAMAGE": ("损坏", "Damaged"),
    "GRANT": ("发放资金", "Grant paid"),
}
ACCOUNT_KINDS = {
    "DONOR": ("捐赠人", "Donor"),
    "SUPPLIER": ("供应商", "Supplier"),
    "OPENING": ("期初", "Opening"),
    "ASSEMBLY": ("组包台", "Workbench"),
    "INCOME": ("收入", "Income"),
    "SURPLUS": ("盘盈", "Surplus"),
    "BANK": ("银行", "Bank"),
    "PREPAID": ("预付", "Prepaid"),
    "WAREHOUSE": ("仓库", "Warehouse"),
    "QUARANTINE": ("隔离区", "Quarantine"),
    "RESERVED": ("预留", "Reserved"),
    "PARCEL": ("包裹", "Parcel"),
    "IN_TRANSIT": ("在途", "In transit"),
    "VOLUNTEER": ("志愿者", "Volunteer"),
    "HOUSEHOLD": ("家庭", "Household"),
    "EXPENSE": ("费用", "Expense"),
    "SOLD": ("变卖", "Sold"),
    "LOSS": ("损失", "Loss"),
}
PARCEL_STATES = {
    "PLANNED": ("已计划", "Planned"),
    "PACKED": ("已装箱", "Packed"),
    "SEALED": ("已封箱", "Sealed"),
    "DISPATCHED": ("已出库", "Dispatched"),
    "AT_TRANSFER_POINT": ("在中转点", "At a transfer point"),
    "DELIVERED": ("已送达", "Delivered"),
    "REFUSED": ("被拒收", "Refused"),
    "RETURNED": ("已退回", "Returned"),
    "DAMAGED": ("已损坏", "Damaged"),
    "LOST": ("已遗失", "Lost"),
    "CANCELLED": ("已取消", "Cancelled"),
    "DISPUTED": ("有争议", "Disputed"),
}
STEPS = {
    "PACK": ("装箱", "Packed"),
    "SEAL": ("封箱", "Sealed"),
    "DISPATCH": ("出库", "Dispatched"),
    "RECEIVE": ("中转接收", "Received on the way"),
    "ATTEMPT": ("未能交付", "Not handed over"),
    "HAND_OVER": ("交付", "Handed over"),
    "REFUSE": ("拒收", "Refused"),
    "RETURN": ("退回", "Returned"),
    "INSPECT": ("查验", "Inspected"),
    "DAMAGE": ("损坏", "Damaged"),
    "LOSE": ("遗失", "Lost"),
    "FIND": ("找回", "Found"),
    "COUNT": ("清点", "Counted"),
    "UNDO": ("撤销", "Undone"),
}
VALUE_BASES = {
    "INVOICE": ("发票", "Invoice"),
    "CUSTOMS": ("报关单", "Customs papers"),
    "AGREEMENT": ("协议", "Agreement"),
    "APPRAISAL": ("评估", "Appraisal"),
    "ASSEMBLY": ("组包", "Assembled"),
    "NONE": ("无法计价", "No value known"),
}


def in_both(words: Mapping[str, tuple[str, str]], value: str) -> str:
    """Say a stored value in both languages; one without words stands as it is stored."""
    return " ".join(words.get(value, (value,)))
