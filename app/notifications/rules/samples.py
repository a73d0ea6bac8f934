"""What stands for a value when words are tried out."""

from collections.abc import Mapping

from app.notifications.languages import Language

SAMPLES: Mapping[str, Mapping[Language, str]] = {
    name: {Language.EN: english, Language.ZH: chinese}
    for name, english, chinese in (
        ("amount", "143.19", "143.19"),
        ("asked", "143.91 CNY", "143.91 CNY"),
        ("buyer_name", "Lotus Corner Shop", "莲花便利店"),
        ("by_name", "Zhao Min", "赵敏"),
        ("carrier", "Swift Parcel", "迅达快运"),
        ("change_set", "Prices of spring", "春季调价"),
        ("city", "Wuhan", "武汉"),
        ("closing", "1431.90", "1431.90"),
        ("company_name", "Lotus Corner Shop", "莲花便利店"),
        ("confirmed_until", "2026-04-01", "2026-04-01"),
        ("currency", "CNY", "CNY"),
        ("day", "2026-03-02", "2026-03-02"),
        ("disputed_until", "2026-04-01", "2026-04-01"),
        ("due_on", "2026-03-31", "2026-03-31"),
        ("effective_at", "2026-03-02T00:00:00+08:00", "2026-03-02T00:00:00+08:00"),
        ("expected_at", "2026-03-04T10:00:00+08:00", "2026-03-04T10:00:00+08:00"),
        ("expected_ship_on", "2026-03-03", "2026-03-03"),
        ("explanation", "The bridge was closed.", "桥梁封闭。"),
        ("goods", "24 × Green tea 500 ml (TEA-500)", "24 × 绿茶 500 毫升 (TEA-500)"),
        ("host", "erp.example.com", "erp.example.com"),
        ("invoice_number", "2026-000117", "2026-000117"),
        ("kinds", "1", "1"),
        ("mark", "4", "4"),
        ("name", "Lotus Corner Shop", "莲花便利店"),
        ("named", "Green tea 500 ml (LOW: ORDER)", "绿茶 500 毫升 (LOW: ORDER)"),
        ("note", "Two boxes were wet.", "两箱受潮。"),
        ("number", "SO-7K3F-92QD", "SO-7K3F-92QD"),
        ("open", "143.19", "143.19"),
        ("organisation_name", "East Harbour Trade", "东港商贸"),
        ("outcome", "They are not sent.", "不再发货。"),
        ("parent_name", "East Harbour Trade", "东港商贸"),
        ("pieces", "12", "12"),
        ("place", "Hankou depot", "汉口网点"),
        ("product", "Green tea", "绿茶"),
        ("reason", "It is out of season.", "季节已过。"),
        ("reference", "Invoice 2026-000117", "发票 2026-000117"),
        ("refusal", "It has open orders.", "尚有未结订单。"),
        ("respond_by", "2026-03-02T16:00:00+08:00", "2026-03-02T16:00:00+08:00"),
        ("result", "Two boxes are sent again.", "补发两箱。"),
        ("seller_name", "East Harbour Trade", "东港商贸"),
        ("shipment", "1", "1"),
        ("since", "2026-03-01", "2026-03-01"),
        ("sku", "TEA-500", "TEA-500"),
        ("subject", "Wet boxes", "箱子受潮"),
        ("text", "Which lot are they of?", "请问是哪个批次？"),
        ("title", "Holidays", "放假通知"),
        ("told", "Green tea was left out: it is not sold any more.", "绿茶未下单：已下架。"),
        ("total", "143.19", "143.19"),
        ("tracking_number", "SF1234567890", "SF1234567890"),
        ("what", "goods are late", "货物迟到"),
        ("words", "One pallet is missing.", "少一托盘。"),
        ("worker", "Zhao Min", "赵敏"),
    )
}
"""Each placeholder's, in each language."""
