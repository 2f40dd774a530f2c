"""What each outcome says to whoever scans: what is the matter, and what to do next."""

from logistics.kernel.refusals import Fact

MESSAGES: dict[str, tuple[str, str]] = {
    "RECORDED": ("已记录。", "Recorded."),
    "REPEATED": ("这条扫码已收到过，无需再扫。", "This scan had arrived already; nothing more to do."),
    "ALREADY_DONE": ("这一步已经做过，请继续下一步。", "This step was done already; go on with the next."),
    "ALREADY_DELIVERED": (
        "这个包裹已经发放，请不要再发。",
        "This parcel has been handed over already; do not hand it over again.",
    ),
    "DISPUTED": (
        "另一台设备也登记了这个包裹的发放，请留住包裹并联系经办人。",
        "Another device has handed over this parcel too; keep it and call the officer.",
    ),
    "WRONG_HOUSEHOLD": (
        "家庭卡与包裹不符，请核对是哪一家。",
        "The household card does not belong to this parcel; check the family.",
    ),
    "WRONG_LOT": ("批次不对，请换正确的批次。", "This is another lot; take the right one."),
    "PROOF_MISSING": (
        "缺少签收凭证，请补拍或签名后再扫。",
        "A proof of delivery is missing; take it, then scan again.",
    ),
    "NOT_PACKED": ("这个包裹还没有装箱，请先装箱。", "This parcel is not packed yet; pack it first."),
    "NOT_DISPATCHED": ("这个包裹还没有出库，请先出库。", "This parcel is not dispatched yet; dispatch it first."),
    "CANCELLED": ("这个包裹已取消，请放回仓库。", "This parcel was cancelled; put it back."),
    "RECALLED": ("这批物资已召回，请不要发放。", "These goods are recalled; do not hand them over."),
    "EXPIRED": ("里面的物资已过有效期，请不要装箱。", "What is in it has expired; do not pack it."),
    "REVOKED_LABEL": ("这张标签已作废，请找新标签。", "This label was revoked; look for the new one."),
    "UNKNOWN_CODE": ("本系统没有这个码，请核对。", "This code is not in the books; check it."),
    "FOREIGN_CODE": ("这是别的系统的码。", "This code belongs to another system."),
    "BAD_CHECK": ("码有误，请重新扫描或重新输入。", "The code was misread or mistyped; scan or type it again."),
    "NOT_ALLOWED": ("不允许这样操作。", "This is not allowed."),
    "MALFORMED": ("这条扫码内容有误，请联系管理员。", "This scan cannot be understood; call the administrator."),
}


def message_for(outcome: str) -> tuple[str, str]:
    """Return the words for an outcome in Chinese and English."""
    return MESSAGES[outcome]


Facts = dict[str, Fact]
