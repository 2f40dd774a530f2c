"""Words of stored values on the papers of gifts."""

from labels.papers.spec import Both
from logistics.donations.models import Channel
from logistics.stock.valuation import ValueBasis

CHANNELS = {
    Channel.BANK: Both("银行转账", "Bank"),
    Channel.WECHAT: Both("微信", "WeChat"),
    Channel.ALIPAY: Both("支付宝", "Alipay"),
    Channel.CASH: Both("现金", "Cash"),
    Channel.POST: Both("邮政汇款", "Post"),
    Channel.OTHER: Both("其他", "Other"),
}
BASES = {
    ValueBasis.INVOICE: Both("发票", "Invoice"),
    ValueBasis.CUSTOMS: Both("报关单", "Customs papers"),
    ValueBasis.AGREEMENT: Both("协议", "Agreement"),
    ValueBasis.APPRAISAL: Both("评估", "Appraisal"),
    ValueBasis.NONE: Both("无法取得公允价值", "No value known"),
}
UNITS = {"PIECE": "件", "GRAM": "克"}
