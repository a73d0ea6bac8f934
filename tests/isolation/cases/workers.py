"""What works without anybody asking: listeners to events and duties of the clock, by name.

Each is tried in another network with everything of the victim's. What is named is what its
identifiers name, of which the victim has at least one.
"""

from collections.abc import Mapping

JOBS: Mapping[str, tuple[str, ...]] = {
    # Listeners
    "tell_people": ("Membership:SELLER", "Order:CONFIRMED"),
    "send_email": ("Notification",),
    "announce_goods": ("Shipment:SHIPPED",),
    "send_digest": ("Membership:SELLER",),
    "hear_for_webhooks": ("Order:CONFIRMED", "Webhook"),
    "forget_dead_jobs": ("DeadJob@network",),
    "carry_export": ("ExportRun",),
    "carry_import": ("ImportRun",),
    "ask_carrier": ("CarrierBooking",),
    "forget_uploads": ("StoredFile",),
    "ask_provider": ("OnlinePayment",),
    # Duties
    "ask_about_payment": ("OnlinePayment",),
    "ask_carrier_again": ("CarrierBooking",),
    "note_late_delivery": ("Shipment:SHIPPED",),
    "note_overdue_invoice": ("Invoice",),
    "expire_payment": ("Order:CONFIRMED",),
    "confirm_overdue_receipt": ("Order:SHIPPED",),
    "expire_points": ("TradingRelationship",),
    "age_membership": ("TradingRelationship",),
    "seal_trail": ("AuditEntry",),
    "carry_out_move": ("OrganisationMove",),
    "gather_digest": ("Membership:SELLER",),
    "forget_run": ("ImportRun", "ExportRun"),
    "carry_out_closing": ("OrganisationClosing",),
    "tell_relationship_end": ("TradingRelationship",),
}
