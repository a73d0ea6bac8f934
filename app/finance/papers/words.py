"""The words on papers of money, in each language that one may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.finance.models import CreditCause, PaperLanguage


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What stands beside the figures."""

    invoice: str
    credit_note: str
    number: str
    issued_on: str
    due_on: str
    of_invoice: str
    buyer_reference: str
    reason: str
    seller: str
    buyer: str
    tax_number: str
    address: str
    bank_account: str
    line: str
    goods: str
    cause: str
    pieces: str
    net: str
    rate: str
    tax: str
    gross: str
    deposits: str
    total: str
    currency: str
    page: str
    causes: Mapping[CreditCause, str]


WORDS: Mapping[PaperLanguage, Words] = {
    PaperLanguage.EN: Words(
        invoice="Invoice",
        credit_note="Credit note",
        number="Number",
        issued_on="Issued on",
        due_on="Due on",
        of_invoice="Of invoice",
        buyer_reference="Your number",
        reason="Reason",
        seller="Seller",
        buyer="Buyer",
        tax_number="Tax number",
        address="Address",
        bank_account="Bank account",
        line="No.",
        goods="Goods",
        cause="Cause",
        pieces="Pieces",
        net="Net",
        rate="Tax %",
        tax="Tax",
        gross="Gross",
        deposits="Deposits",
        total="Total",
        currency="Currency",
        page="Page {number} of {pages}",
        causes={
            CreditCause.LOST: "Lost",
            CreditCause.REFUSED: "Refused",
            CreditCause.SHORT: "Short",
            CreditCause.DAMAGED: "Damaged",
        },
    ),
    PaperLanguage.ZH: Words(
        invoice="销售账单",
        credit_note="贷项通知单",
        number="编号",
        issued_on="开具日期",
        due_on="付款期限",
        of_invoice="原账单",
        buyer_reference="客户订单号",
        reason="原因",
        seller="销售方",
        buyer="购买方",
        tax_number="纳税人识别号",
        address="地址",
        bank_account="开户行及账号",
        line="序号",
        goods="商品名称",
        cause="原因",
        pieces="数量",
        net="金额",
        rate="税率 %",
        tax="税额",
        gross="价税合计",
        deposits="押金",
        total="合计",
        currency="币种",
        page="第 {number} 页 / 共 {pages} 页",
        causes={
            CreditCause.LOST: "丢失",
            CreditCause.REFUSED: "拒收",
            CreditCause.SHORT: "短少",
            CreditCause.DAMAGED: "破损",
        },
    ),
}
