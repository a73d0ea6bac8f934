"""What is said of each kind in Chinese: a title, then the sentences."""

from collections.abc import Mapping

from app.notifications.rules.kinds import NotificationKind

CHINESE: Mapping[NotificationKind, tuple[str, ...]] = {
    NotificationKind.ORDER_CONFIRMED: (
        "订单 {number} 已确认",
        "{seller_name}已确认订单 {number}。",
        "订单 {number} 已确认，预计发货日期：{expected_ship_on}。",
    ),
    NotificationKind.ORDER_SHIPPED: (
        "订单 {number} 已发货",
        "{seller_name}的订单 {number} 已在途中。",
        "承运商：{carrier}。",
        "运单号：{tracking_number}。",
        "预计到达：{expected_at}。",
        "收货码：{code}；请在收到货物后告知送货人。",
    ),
    NotificationKind.GOODS_COMING: (
        "订单 {number} 的货物即将到货",
        "{seller_name}的订单 {number} 的货物正在运往贵处。",
        "共 {kinds} 种货物：{goods}。",
        "预计到达：{expected_at}。",
    ),
    NotificationKind.ORDER_SHORT_PICKED: (
        "订单 {number} 有货未找到",
        "{seller_name}的订单 {number} 有部分货物在仓库中未找到。",
        "缺少：{sku} 共 {pieces} 件。",
        "{outcome}",
    ),
    NotificationKind.SHIPMENT_DELAYED: (
        "订单 {number} 延误",
        "{seller_name}的订单 {number} 的货物将晚于预告到达。",
        "说明：{note}。",
        "目前位置：{place}。",
        "预计到达：{expected_at}。",
    ),
    NotificationKind.SHIPMENT_ARRIVED: (
        "订单 {number} 已到达",
        "{seller_name}的订单 {number} 的货物已到达。",
        "承运商：{carrier}。",
        "地点：{place}。",
    ),
    NotificationKind.SHIPMENT_WAITING: (
        "订单 {number} 等待提货",
        "{seller_name}的订单 {number} 的货物等您提取。",
        "地点：{place}。",
    ),
    NotificationKind.SHIPMENT_DELIVERED: (
        "订单 {number} 已送达",
        "{seller_name}的订单 {number} 的货物据报已送达。",
        "承运商：{carrier}。",
        "地点：{place}。",
        "请确认收到的货物。",
    ),
    NotificationKind.DELIVERY_LATE: (
        "订单 {number} 迟到",
        "{seller_name}的订单 {number} 的货物迟到。",
        "已知情况：{note}。",
        "{seller_name}正在查询。",
    ),
    NotificationKind.GOODS_LOST: (
        "订单 {number} 的货物丢失",
        "{seller_name}的订单 {number} 的货物在途中丢失。",
        "已知情况：{note}。",
        "这些货物您无需付款。",
    ),
    NotificationKind.EXCEPTION_OPENED: (
        "订单 {number} 需要处理",
        "{buyer_name}的订单 {number} 出现异常。",
        "情况：{what}。",
        "备注：{note}",
    ),
    NotificationKind.EXCEPTION_ASSIGNED: (
        "订单 {number} 的异常交由您处理",
        "{buyer_name}的订单 {number} 有异常由您处理。",
        "备注：{note}",
    ),
    NotificationKind.EXCEPTION_EXPLAINED: (
        "订单 {number} 的情况说明",
        "{seller_name}说明了订单 {number} 的情况。",
        "说明：{explanation}",
    ),
    NotificationKind.CARRIER_NOT_BOOKED: (
        "{carrier}不接受订单 {number} 的第 {shipment} 批货",
        "已请{carrier}承运{buyer_name}的订单 {number} 的第 {shipment} 批货。",
        "对方不接受：{reason}。",
        "请重新预约，或另选承运商。",
    ),
    NotificationKind.CARRIER_NOT_CANCELLED: (
        "{carrier}可能仍来取订单 {number} 的第 {shipment} 批货",
        "已请{carrier}不再承运订单 {number} 的第 {shipment} 批货。",
        "对方尚未同意：{reason}。",
        "请致电承运商，以免重复取货。",
    ),
    NotificationKind.GOODS_SHORT: (
        "库存不足以满足订单 {number}",
        "订单 {number} 的货物须向上游订购，否则订单等待到货。",
        "缺少：{pieces} 件。",
    ),
    NotificationKind.STOCK_ALERTED: (
        "新的库存预警：{number} 条",
        "您的库存需要关注：{named}。",
        "共有 {number} 条新预警。",
    ),
    NotificationKind.ORDER_REJECTED: (
        "订单 {number} 被拒绝",
        "{seller_name}拒绝了订单 {number}。",
        "原因：{reason}。",
    ),
    NotificationKind.ORDER_CANCELLED: (
        "订单 {number} 已取消",
        "{seller_name}的订单 {number} 已取消。",
        "原因：{reason}。",
    ),
    NotificationKind.ORDER_WAITING_FOR_APPROVAL: (
        "订单 {number} 等待审批",
        "{buyer_name}的订单 {number} 等待您审批。",
    ),
    NotificationKind.ORDER_SENT_BACK: (
        "订单 {number} 被退回",
        "{seller_name}将订单 {number} 退回修改。",
        "问题：{reason}",
    ),
    NotificationKind.ORDER_APPROVAL_REMINDED: (
        "订单 {number} 仍在等待审批",
        "{buyer_name}的订单 {number} 仍在等待您审批。",
    ),
    NotificationKind.ORDER_APPROVAL_ESCALATED: (
        "订单 {number} 等待审批过久",
        "{buyer_name}的订单 {number} 未能按时审批，现已请更多人审批。",
    ),
    NotificationKind.PRICES_OUTSIDE_BAND: (
        "{seller_name}拟定超出价格带的价格",
        "{seller_name}请您同意超出您授予的价格带的价格。",
        "这些价格在调价单{change_set}中。",
    ),
    NotificationKind.WEBHOOK_DISABLED: (
        "发往 {host} 的 webhook 已停用",
        "不再向 {host} 发送任何内容。",
        "原因：{reason}。",
    ),
    NotificationKind.BRANCH_JOINED: (
        "{name}现归属{parent_name}",
        "{name}及其所有下级已转移，现向{parent_name}采购。",
    ),
    NotificationKind.BRANCH_LEFT: (
        "{name}已离开您的分支",
        "{name}已转移，不再归属于您。",
        "您与其交易的记录保留在账中，未结订单继续执行。",
    ),
    NotificationKind.MOVE_REFUSED: (
        "{name}未能按计划转移",
        "到期时{name}的转移已不符合条件，未作任何改动。",
        "原定时间：{effective_at}。",
        "原因：{refusal}",
    ),
    NotificationKind.INVITATION_ACCEPTED: (
        "{name}接受了您的邀请",
        "{name}现任职于{organisation_name}。",
    ),
    NotificationKind.RELATIONSHIP_REQUESTED: (
        "{buyer_name}申请与您交易",
        "{buyer_name}希望向您采购，等待您的决定。",
        "留言：{note}",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_APPROVED: (
        "{seller_name}开始向您供货",
        "{seller_name}同意了您的交易申请。",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_REFUSED: (
        "{seller_name}不向您供货",
        "{seller_name}拒绝了您的交易申请。",
        "原因：{reason}",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_WITHDRAWN: (
        "{buyer_name}撤回了交易申请",
        "{buyer_name}撤回了与您交易的申请。",
    ),
    NotificationKind.BRANCH_CONSENT_OFFERED: (
        "{above_name}请求您的同意",
        "{above_name}希望其人员的一项权限可延伸至贵方。",
        "权限：{permission}",
        "留言：{note}",
    ),
    NotificationKind.BRANCH_CONSENT_ANSWERED: (
        "{name}已就权限授权作出决定",
        "{name}已决定一项权限是否可向下级延伸。",
        "自即日起可向下延伸：{accepted}",
        "不可向下延伸：{refused}",
        "不再向下延伸：{withdrawn}",
        "留言：{note}",
    ),
    NotificationKind.REGISTRATION_WAITS: (
        "{company_name}已向您注册",
        "{city}的{company_name}希望成为您的客户，等待您的决定。",
    ),
    NotificationKind.ORDER_REQUESTED: (
        "{buyer_name}请您下单",
        "{buyer_name}发来购物车，请您代为下单。",
        "备注：{note}",
    ),
    NotificationKind.ORDER_REQUEST_ORDERED: (
        "{seller_name}已为您下单",
        "{seller_name}已按您的请求下单：订单 {number}。",
    ),
    NotificationKind.ORDER_REQUEST_SENT_BACK: (
        "{seller_name}退回了您的请求",
        "{seller_name}未按您的请求下单；请修改后重新发送。",
        "原因：{reason}",
    ),
    NotificationKind.STANDING_ORDER_INCOMPLETE: (
        "您的定期订单{name}需要查看",
        "{day} 已按定期订单{name}生成订单 {number}。",
        "{told}",
    ),
    NotificationKind.STANDING_ORDER_REFUSED: (
        "您的定期订单{name}未生成",
        "{day} 未按定期订单{name}生成订单。",
        "原因：{told}",
        "其内容保留，下一个日期再试。",
    ),
    NotificationKind.ORGANISATION_CLOSED: (
        "{name}已关闭",
        "{name}已关闭，不再采购。您与其交易的记录保留在账中。",
    ),
    NotificationKind.RELATIONSHIP_ENDS: (
        "{seller_name}与{buyer_name}的交易关系将终止",
        "{seller_name}将不再向{buyer_name}供货；届时未完成的订单继续执行。",
        "终止时间：{effective_at}。",
    ),
    NotificationKind.RELATIONSHIP_GOES_ON: (
        "{seller_name}与{buyer_name}的交易关系继续",
        "{seller_name}已撤回终止与{buyer_name}交易关系的计划。",
        "原定于 {effective_at}。",
    ),
    NotificationKind.ONLINE_PAYMENT_LATE: (
        "订单 {number} 的款项到得太晚",
        "订单 {number} 已在线付款，但已不能再收款。",
        "已付：{amount} {currency}。",
        "该款项作为客户余额保留；请用于核销发票，或退还。",
    ),
    NotificationKind.ONLINE_PAYMENT_MISMATCHED: (
        "支付渠道报告的订单 {number} 金额不符",
        "报告的订单 {number} 付款金额与应付不符。",
        "报告：{amount} {currency}；应付：{asked}。",
        "未入账；请核对您在支付渠道的账户。",
    ),
    NotificationKind.INVOICE_ISSUED: (
        "{seller_name}的发票 {number}",
        "{seller_name}已向{buyer_name}开具发票 {number}。",
        "金额：{total} {currency}。",
        "到期日：{due_on}。",
    ),
    NotificationKind.INVOICE_OVERDUE: (
        "发票 {number} 已逾期",
        "{seller_name}开给{buyer_name}的发票 {number} 未按时付清。",
        "到期日：{due_on}。",
        "未付金额：{open} {currency}。",
    ),
    NotificationKind.CREDIT_NOTE_ISSUED: (
        "{seller_name}的贷项通知单 {number}",
        "{seller_name}已向{buyer_name}开具贷项通知单 {number}。",
        "冲减发票：{invoice_number}。",
        "金额：{total} {currency}。",
    ),
    NotificationKind.PAYMENT_RECORDED: (
        "{buyer_name}付给{seller_name}的款项",
        "已登记{buyer_name}付给{seller_name}的一笔款项。",
        "金额：{amount} {currency}。",
        "附言：{reference}。",
    ),
    NotificationKind.STATEMENT_ANSWERED: (
        "{buyer_name}已答复对账单",
        "{buyer_name}已确认 {since} 至 {confirmed_until} 的对账单。",
        "{buyer_name}对 {since} 至 {disputed_until} 的对账单有异议。",
        "期末余额：{closing} {currency}。",
        "对方写道：{words}",
    ),
    NotificationKind.CLOSING_REFUSED: (
        "{name}未能按计划关闭",
        "到期时{name}无法关闭，未作任何改动。",
        "原定时间：{effective_at}。",
        "原因：{refusal}",
    ),
    NotificationKind.LISTING_WAITS: (
        "{product}等待审核",
        "{by_name}已提交{product}上架，须由他人审核。",
    ),
    NotificationKind.LISTING_APPROVED: (
        "{product}已通过审核",
        "{by_name}已通过您提交的{product}，现可上架。",
    ),
    NotificationKind.LISTING_REFUSED: (
        "{product}未通过审核",
        "{by_name}未通过{product}，已退回草稿。",
        "原因：{reason}",
    ),
    NotificationKind.ANNOUNCEMENT_PUBLISHED: ("{seller_name}：{title}", "{text}"),
    NotificationKind.TICKET_OPENED: (
        "{seller_name}已登记：{subject}",
        "{seller_name}为您开立了工单“{subject}”，将会答复。",
    ),
    NotificationKind.TICKET_ROUTED: (
        "{buyer_name}:{subject}",
        "{buyer_name}的工单“{subject}”等待您或您的部门处理。",
    ),
    NotificationKind.TICKET_TAKEN: (
        "{seller_name}正在处理：{subject}",
        "{seller_name}已受理“{subject}”。",
        "您的工单由{worker}处理。",
    ),
    NotificationKind.TICKET_ANSWERED: (
        "{seller_name}已答复：{subject}",
        "{seller_name}就“{subject}”写道：{text}",
    ),
    NotificationKind.TICKET_CUSTOMER_WROTE: (
        "{buyer_name}来信：{subject}",
        "{buyer_name}就“{subject}”写道：{text}",
    ),
    NotificationKind.TICKET_RESOLVED: (
        "{seller_name}已解决：{subject}",
        "{seller_name}已解决“{subject}”。",
        "结果：{result}",
        "请告诉{seller_name}您是否满意；若未解决，可重新打开。",
    ),
    NotificationKind.TICKET_MARKED: (
        "{buyer_name}评分 {mark}/5：{subject}",
        "{buyer_name}对“{subject}”的处理评分 {mark}（满分 5）。",
    ),
    NotificationKind.TICKET_REOPENED: (
        "重新打开：{subject}",
        "{seller_name}与{buyer_name}之间的工单“{subject}”已重新打开。",
        "原因：{reason}",
    ),
    NotificationKind.TICKET_WITHDRAWN: (
        "{buyer_name}已撤回：{subject}",
        "{buyer_name}不再要求处理“{subject}”。",
    ),
    NotificationKind.TICKET_DUE_SOON: (
        "即将到答复期限：{subject}",
        "{buyer_name}等待您答复“{subject}”。",
        "答复期限：{respond_by}。",
    ),
    NotificationKind.TICKET_OVERDUE: (
        "答复已逾期：{subject}",
        "{buyer_name}尚未收到对“{subject}”的答复。",
        "答复期限：{respond_by}。",
    ),
}
