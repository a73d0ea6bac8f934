"""The words on delivery notes and labels, in each language that one may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.finance.models import PaperLanguage
from app.kernel.quantity import PackagingLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What stands beside the figures."""

    delivery_note: str
    number: str
    day: str
    order: str
    buyer_reference: str
    sender: str
    receiver: str
    address: str
    contact: str
    carrier: str
    tracking: str
    packages: str
    line: str
    goods: str
    code: str
    lot: str
    expires: str
    quantity: str
    pieces: str
    weight: str
    package_of: str
    signature: str
    page: str
    levels: Mapping[PackagingLevel, str]


WORDS: Mapping[PaperLanguage, Words] = {
    PaperLanguage.EN: Words(
        delivery_note="Delivery note",
        number="Number",
        day="Date",
        order="Order",
        buyer_reference="Your number",
        sender="From",
        receiver="To",
        address="Address",
        contact="Contact",
        carrier="Carrier",
        tracking="Tracking number",
        packages="Packages",
        line="No.",
        goods="Goods",
        code="Code",
        lot="Lot",
        expires="Best before",
        quantity="Quantity",
        pieces="Pieces",
        weight="Weight",
        package_of="Package {number} of {packages}",
        signature="Received (name, date, signature)",
        page="Page {number} of {pages}",
        levels={
            PackagingLevel.PIECE: "pc",
            PackagingLevel.INNER: "inner",
            PackagingLevel.CASE: "case",
            PackagingLevel.PALLET: "pallet",
        },
    ),
    PaperLanguage.ZH: Words(
        delivery_note="送货单",
        number="编号",
        day="日期",
        order="订单号",
        buyer_reference="客户订单号",
        sender="发货方",
        receiver="收货方",
        address="地址",
        contact="联系人",
        carrier="承运商",
        tracking="运单号",
        packages="包裹数",
        line="序号",
        goods="商品名称",
        code="货号",
        lot="批次",
        expires="有效期至",
        quantity="数量",
        pieces="最小单位数",
        weight="重量",
        package_of="第 {number} 件 / 共 {packages} 件",
        signature="签收人、日期、签字",
        page="第 {number} 页 / 共 {pages} 页",
        levels={
            PackagingLevel.PIECE: "个",
            PackagingLevel.INNER: "中包",
            PackagingLevel.CASE: "箱",
            PackagingLevel.PALLET: "托盘",
        },
    ),
}
