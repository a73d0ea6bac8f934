"""What is said of each kind in English: a title, then the sentences."""

from collections.abc import Mapping

from app.notifications.rules.kinds import NotificationKind

ENGLISH: Mapping[NotificationKind, tuple[str, ...]] = {
    NotificationKind.ORDER_CONFIRMED: (
        "Order {number} is confirmed",
        "{seller_name} has confirmed order {number}.",
        "Order {number} is confirmed; it is expected to ship on {expected_ship_on}.",
    ),
    NotificationKind.ORDER_SHIPPED: (
        "Order {number} has shipped",
        "Order {number} from {seller_name} is on its way.",
        "Carrier: {carrier}.",
        "Tracking number: {tracking_number}.",
        "Expected arrival: {expected_at}.",
        "Delivery code: {code}; say it to who brings the goods, once you have them.",
    ),
    NotificationKind.GOODS_COMING: (
        "Goods of order {number} are coming in",
        "Goods of order {number} from {seller_name} are on their way to you.",
        "There are {kinds} kinds of goods: {goods}.",
        "Expected arrival: {expected_at}.",
    ),
    NotificationKind.ORDER_SHORT_PICKED: (
        "Goods of order {number} were not found",
        "Some goods for order {number} from {seller_name} were not found in the warehouse.",
        "Missing: {pieces} pieces of {sku}.",
        "{outcome}",
    ),
    NotificationKind.SHIPMENT_DELAYED: (
        "Order {number} is delayed",
        "Goods of order {number} from {seller_name} come later than told.",
        "What is said: {note}.",
        "They are at {place}.",
        "Expected arrival: {expected_at}.",
    ),
    NotificationKind.SHIPMENT_ARRIVED: (
        "Order {number} has arrived",
        "Goods of order {number} from {seller_name} have arrived.",
        "Carrier: {carrier}.",
        "Place: {place}.",
    ),
    NotificationKind.SHIPMENT_WAITING: (
        "Order {number} waits to be picked up",
        "Goods of order {number} from {seller_name} wait for you.",
        "Place: {place}.",
    ),
    NotificationKind.SHIPMENT_DELIVERED: (
        "Order {number} was delivered",
        "Goods of order {number} from {seller_name} are reported as delivered.",
        "Carrier: {carrier}.",
        "Place: {place}.",
        "Please confirm what you received.",
    ),
    NotificationKind.DELIVERY_LATE: (
        "Order {number} is late",
        "Goods of order {number} from {seller_name} are late.",
        "What is known: {note}.",
        "{seller_name} looks into it.",
    ),
    NotificationKind.GOODS_LOST: (
        "Goods of order {number} were lost",
        "Goods of order {number} from {seller_name} were lost on their way.",
        "What is known: {note}.",
        "You owe nothing for them.",
    ),
    NotificationKind.EXCEPTION_OPENED: (
        "Order {number} needs a look",
        "Something about order {number} of {buyer_name} is out of the ordinary.",
        "What it is: {what}.",
        "Note: {note}",
    ),
    NotificationKind.EXCEPTION_ASSIGNED: (
        "Order {number} was given to you to look into",
        "Something about order {number} of {buyer_name} is yours to look into.",
        "Note: {note}",
    ),
    NotificationKind.EXCEPTION_EXPLAINED: (
        "What happened to order {number}",
        "{seller_name} has explained what happened to order {number}.",
        "It writes: {explanation}",
    ),
    NotificationKind.CARRIER_NOT_BOOKED: (
        "{carrier} does not take shipment {shipment} of order {number}",
        "{carrier} was asked to take shipment {shipment} of order {number} of {buyer_name}.",
        "It does not: {reason}.",
        "Book it again, or another carrier.",
    ),
    NotificationKind.CARRIER_NOT_CANCELLED: (
        "{carrier} may still come for shipment {shipment} of order {number}",
        "{carrier} was asked to take shipment {shipment} of order {number} no more.",
        "It has not agreed: {reason}.",
        "Call it, so that the goods are not fetched twice.",
    ),
    NotificationKind.GOODS_SHORT: (
        "Stock does not cover order {number}",
        "Goods for order {number} must be ordered upstream, or the order waits for them.",
        "Short: {pieces} pieces.",
    ),
    NotificationKind.STOCK_ALERTED: (
        "New stock alerts: {number}",
        "Your stock calls for you: {named}.",
        "There are {number} new alerts in all.",
    ),
    NotificationKind.ORDER_REJECTED: (
        "Order {number} was rejected",
        "{seller_name} has rejected order {number}.",
        "Reason: {reason}.",
    ),
    NotificationKind.ORDER_CANCELLED: (
        "Order {number} is cancelled",
        "Order {number} from {seller_name} is cancelled.",
        "Reason: {reason}.",
    ),
    NotificationKind.ORDER_WAITING_FOR_APPROVAL: (
        "Order {number} waits for approval",
        "Order {number} of {buyer_name} waits for your approval.",
    ),
    NotificationKind.ORDER_SENT_BACK: (
        "Order {number} was sent back",
        "{seller_name} has sent order {number} back to be mended.",
        "What is wrong: {reason}",
    ),
    NotificationKind.ORDER_APPROVAL_REMINDED: (
        "Order {number} still waits for approval",
        "Order {number} of {buyer_name} still waits for your approval.",
    ),
    NotificationKind.ORDER_APPROVAL_ESCALATED: (
        "Order {number} has waited too long for approval",
        "Nobody has decided about order {number} of {buyer_name} in time, so more are asked now.",
    ),
    NotificationKind.PRICES_OUTSIDE_BAND: (
        "{seller_name} would set prices outside your band",
        "{seller_name} asks you to agree to prices outside the band that you granted.",
        "They are in the price change {change_set}.",
    ),
    NotificationKind.WEBHOOK_DISABLED: (
        "The webhook to {host} is switched off",
        "Nothing is sent to {host} any more.",
        "Reason: {reason}.",
    ),
    NotificationKind.BRANCH_JOINED: (
        "{name} now stands below {parent_name}",
        "{name} has been moved with all that stands below it, and now buys from {parent_name}.",
    ),
    NotificationKind.BRANCH_LEFT: (
        "{name} has left your branch",
        "{name} has been moved and stands below you no more.",
        "What you traded with it stays in your books, and open orders run on.",
    ),
    NotificationKind.MOVE_REFUSED: (
        "{name} was not moved as planned",
        "The move of {name} no longer fitted when its time came, and nothing was changed.",
        "It was planned for {effective_at}.",
        "Reason: {refusal}",
    ),
    NotificationKind.INVITATION_ACCEPTED: (
        "{name} has accepted your invitation",
        "{name} now works for {organisation_name}.",
    ),
    NotificationKind.RELATIONSHIP_REQUESTED: (
        "{buyer_name} asks you for trade",
        "{buyer_name} would like to buy from you, and waits for your decision.",
        "It writes: {note}",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_APPROVED: (
        "{seller_name} sells to you from now on",
        "{seller_name} has agreed to your request for trade.",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_REFUSED: (
        "{seller_name} does not sell to you",
        "{seller_name} has refused your request for trade.",
        "Reason: {reason}",
    ),
    NotificationKind.RELATIONSHIP_REQUEST_WITHDRAWN: (
        "{buyer_name} asks you for trade no more",
        "{buyer_name} has taken back the request for trade.",
    ),
    NotificationKind.BRANCH_CONSENT_OFFERED: (
        "{above_name} asks for your consent",
        "{above_name} would have a permission of its people reach down to you.",
        "Permission: {permission}",
        "It writes: {note}",
    ),
    NotificationKind.BRANCH_CONSENT_ANSWERED: (
        "{name} has decided about a consent",
        "{name} has decided whether a permission reaches down the network.",
        "It reaches down from now on: {accepted}",
        "It does not reach down: {refused}",
        "It reaches down no more: {withdrawn}",
        "It writes: {note}",
    ),
    NotificationKind.REGISTRATION_WAITS: (
        "{company_name} has registered with you",
        "{company_name} of {city} would like to become your customer, and waits for your decision.",
    ),
    NotificationKind.ORDER_REQUESTED: (
        "{buyer_name} asks for an order",
        "{buyer_name} has sent a cart and asks you to order it.",
        "Note: {note}",
    ),
    NotificationKind.ORDER_REQUEST_ORDERED: (
        "{seller_name} has placed your order",
        "{seller_name} has ordered what you asked for: order {number}.",
    ),
    NotificationKind.ORDER_REQUEST_SENT_BACK: (
        "{seller_name} has sent your request back",
        "{seller_name} has not ordered what you asked for; mend it and send it again.",
        "Reason: {reason}",
    ),
    NotificationKind.STANDING_ORDER_INCOMPLETE: (
        "Your standing order {name} needs a look",
        "Order {number} was made from your standing order {name} on {day}.",
        "{told}",
    ),
    NotificationKind.STANDING_ORDER_REFUSED: (
        "Your standing order {name} was not made",
        "No order was made from your standing order {name} on {day}.",
        "Reason: {told}",
        "What it holds is kept, and it is tried again on its next day.",
    ),
    NotificationKind.ORGANISATION_CLOSED: (
        "{name} is closed",
        "{name} has closed and buys no more. What you traded with it stays in your books.",
    ),
    NotificationKind.RELATIONSHIP_ENDS: (
        "Trade between {seller_name} and {buyer_name} ends",
        "{seller_name} will sell to {buyer_name} no more; orders that are open then run on.",
        "Trade ends at {effective_at}.",
    ),
    NotificationKind.RELATIONSHIP_GOES_ON: (
        "Trade between {seller_name} and {buyer_name} goes on",
        "{seller_name} has taken back that its trade with {buyer_name} ends.",
        "It was planned for {effective_at}.",
    ),
    NotificationKind.ONLINE_PAYMENT_LATE: (
        "Money came too late for order {number}",
        "Order {number} was paid online, and takes no payment any more.",
        "Paid: {amount} {currency}.",
        "The money stands with the customer as credit; lay it on invoices, or pay it back.",
    ),
    NotificationKind.ONLINE_PAYMENT_MISMATCHED: (
        "The provider reports another amount for order {number}",
        "What is reported as paid for order {number} is not what was asked for.",
        "Reported: {amount} {currency}; asked for: {asked}.",
        "Nothing was booked; look at your account at the provider.",
    ),
    NotificationKind.INVOICE_ISSUED: (
        "Invoice {number} from {seller_name}",
        "{seller_name} has issued invoice {number} to {buyer_name}.",
        "Total: {total} {currency}.",
        "Due on {due_on}.",
    ),
    NotificationKind.INVOICE_OVERDUE: (
        "Invoice {number} is overdue",
        "Invoice {number} of {seller_name} to {buyer_name} was not paid in time.",
        "It was due on {due_on}.",
        "Open: {open} {currency}.",
    ),
    NotificationKind.CREDIT_NOTE_ISSUED: (
        "Credit note {number} from {seller_name}",
        "{seller_name} has issued credit note {number} to {buyer_name}.",
        "It takes back of invoice {invoice_number}.",
        "Total: {total} {currency}.",
    ),
    NotificationKind.PAYMENT_RECORDED: (
        "A payment of {buyer_name} to {seller_name}",
        "A payment of {buyer_name} to {seller_name} was recorded.",
        "Amount: {amount} {currency}.",
        "Reference: {reference}.",
    ),
    NotificationKind.STATEMENT_ANSWERED: (
        "{buyer_name} has answered a statement",
        "{buyer_name} has confirmed the statement from {since} up to {confirmed_until}.",
        "{buyer_name} disputes the statement from {since} up to {disputed_until}.",
        "It closes at {closing} {currency}.",
        "It writes: {words}",
    ),
    NotificationKind.CLOSING_REFUSED: (
        "{name} was not closed as planned",
        "{name} could not be closed when its time came, and nothing was changed.",
        "It was planned for {effective_at}.",
        "Reason: {refusal}",
    ),
    NotificationKind.LISTING_WAITS: (
        "{product} waits for review",
        "{by_name} has submitted {product} to be listed, and somebody else must review it.",
    ),
    NotificationKind.LISTING_APPROVED: (
        "{product} is approved",
        "{by_name} has approved {product} as you submitted it; it may be listed now.",
    ),
    NotificationKind.LISTING_REFUSED: (
        "{product} was not approved",
        "{by_name} has not approved {product}; it is a draft again.",
        "Reason: {reason}",
    ),
    NotificationKind.ANNOUNCEMENT_PUBLISHED: ("{seller_name}: {title}", "{text}"),
    NotificationKind.TICKET_OPENED: (
        "{seller_name} has taken down: {subject}",
        "{seller_name} has opened the ticket “{subject}” for you, and will answer.",
    ),
    NotificationKind.TICKET_ROUTED: (
        "{buyer_name}: {subject}",
        "The ticket “{subject}” of {buyer_name} waits for you or your department.",
    ),
    NotificationKind.TICKET_TAKEN: (
        "{seller_name} is working on: {subject}",
        "{seller_name} has taken up “{subject}”.",
        "Your ticket is with {worker}.",
    ),
    NotificationKind.TICKET_ANSWERED: (
        "{seller_name} has answered: {subject}",
        "{seller_name} writes about “{subject}”: {text}",
    ),
    NotificationKind.TICKET_CUSTOMER_WROTE: (
        "{buyer_name} has written: {subject}",
        "{buyer_name} writes about “{subject}”: {text}",
    ),
    NotificationKind.TICKET_RESOLVED: (
        "{seller_name} has resolved: {subject}",
        "{seller_name} has resolved “{subject}”.",
        "What came of it: {result}",
        "Tell {seller_name} how content you are, or reopen it if it is not done.",
    ),
    NotificationKind.TICKET_MARKED: (
        "{buyer_name} gives {mark} of 5: {subject}",
        "{buyer_name} gives {mark} of 5 for what came of “{subject}”.",
    ),
    NotificationKind.TICKET_REOPENED: (
        "Reopened: {subject}",
        "The ticket “{subject}” between {seller_name} and {buyer_name} is open again.",
        "Reason: {reason}",
    ),
    NotificationKind.TICKET_WITHDRAWN: (
        "{buyer_name} has withdrawn: {subject}",
        "{buyer_name} wants nothing more about “{subject}”.",
    ),
    NotificationKind.TICKET_DUE_SOON: (
        "An answer is due soon: {subject}",
        "{buyer_name} waits for an answer about “{subject}”.",
        "It is due at {respond_by}.",
    ),
    NotificationKind.TICKET_OVERDUE: (
        "An answer is overdue: {subject}",
        "{buyer_name} has no answer about “{subject}” yet.",
        "It was due at {respond_by}.",
    ),
}
