"""Unique keys, read from the models: whose each is, and which of them people fill with words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from app.tables import METADATA

_OWNERS = frozenset({"buyer_id", "membership_id", "organisation_id", "owner_id", "seller_id"})
_PARTIES = frozenset({"organisation", "membership"})

SHARED: Mapping[str, str] = {
    "audit_seal: number": "the trail of the whole network, sealed by the worker; nobody types it",
    "audit_sealed_entry: entry_id": "drawn by us",
    "audit_sealed_entry: seal_number, place": "as audit_seal",
    "audit_unsealed_entry: entry_id": "drawn by us",
    "brand: name": "a word of the network, shown to all",
    "category: parent_id, name": "a word of the network, shown to all",
    "category_name: category_id, language": "as category; set by who keeps the category alone",
    "category_ancestry: ancestor_id, descendant_id": "as category",
    "dead_letter: event_id, listener": "drawn by us",
    "handled_event: event_id, handler": "drawn by us",
    "invoice: source_id": "the order billed, drawn by us",
    "network_revision: kind": "how often the network has changed, counted by us",
    "platform.change_mark: id": "drawn by us",
    "platform.identity: email": "a person is one everywhere; adding one answers alike",
    "platform.identity: id": "drawn by us",
    "platform.job: event_id, listener": "drawn by us",
    "platform.job_choice: listener, kind, chosen_by": "drawn by us",
    "platform.letter: id": "drawn by us",
    "platform.one_time_token: id": "drawn by us",
    "platform.outbox_signal: event_id": "drawn by us",
    "platform.recovery_code: identity_id, code_hash": "one person's own",
    "platform.refresh_token: token_hash": "drawn by us",
    "platform.schedule_run: id": "the installation's own",
    "platform.schedule_run: schedule, due_at": "the installation's own",
    "platform.second_factor: identity_id": "one person's own",
    "platform.sign_in_attempts: key": "keyed hashes; an account that nobody has counts alike",
    "platform.sign_in_session: id": "drawn by us",
    "platform.tenant: id": "drawn by us",
    "platform.tenant: slug": "for platform staff alone",
    "platform.tenant_access: identity_id": "one person's way into one network",
    "platform.tenant_erasure: id": "for whoever runs the installation",
    "platform.tenant_erasure: tenant_id": "for whoever runs the installation",
    "platform.trial_request: id": "for platform staff alone",
    "platform.webhook_lane: webhook_id": "drawn by us; as the webhook, whose owner it has",
    "platform.webhook_tally: outcome": "the installation's own",
    "returnable_container: name": "a word of the network, shown to all",
    "role: code": "built-in roles, which nobody writes",
    "role_grant: role_id, permission": "what a role may, known to whoever may read the role",
    "second_factor_rule: role_id": "for the network's system administrator alone",
    "tax_category: name": "a word of the network, shown to all",
}
"""Keys without an owner, and why they tell nobody too much."""

DRAWN: Mapping[str, str] = {
    "announcement_text: announcement_id, language": "EN or ZH",
    "branch_consent: above_id, below_id, permission": "a name from the catalogue of permissions",
    "carrier_report: carrier_id, message_id": "the carrier's own word, of what it has signed",
    "category_name: category_id, language": "a language, once for a category",
    "product_text: product_id, language": "a language, once for a product of one's own",
    "product_image_text: image_id, language": "as product_text",
    "sku_text: sku_id, language": "as product_text",
    "checkout_report: online_payment_id, event": "the provider's own word, of what it has signed",
    "column_mapping: organisation_id, kind": "our own word",
    "coupon: seller_id, code": "drawn at random behind what is typed",
    "dead_letter: event_id, listener": "the name of our code",
    "document_counter: organisation_id, series": "our own word",
    "handled_event: event_id, handler": "the name of our code",
    "orders: seller_id, number": "drawn at random",
    "platform.job: event_id, listener": "the name of our code",
    "platform.job_choice: listener, kind, chosen_by": "the name of our code",
    "platform.recovery_code: identity_id, code_hash": "a keyed hash",
    "platform.refresh_token: token_hash": "drawn at random",
    "platform.schedule_run: schedule, due_at": "our own word",
    "platform.sign_in_attempts: key": "a keyed hash",
    "platform.webhook_tally: outcome": "our own word",
    "network_revision: kind": "our own word",
    "notification_choice: membership_id, kind": "our own word",
    "notification_template: organisation_id, kind, language": "our own words",
    "stock_alert: organisation_id, warehouse_id, sku_id, lot_id, kind": "our own word",
    "search_term: term, product_id": "made of a product's own names, each term once",
    "role: code": "our own word",
    "shipment_package: seller_id, sscc": "counted up by us under the seller's own prefix",
    "pick_line: pick_task_id, level": "PIECE, INNER, CASE or PALLET",
    "sku_packaging: sku_id, level": "PIECE, INNER, CASE or PALLET",
    "cart_line: cart_id, sku_id, packaging_level": "PIECE, INNER, CASE or PALLET",
    "saved_cart_line: cart_id, sku_id, packaging_level": "PIECE, INNER, CASE or PALLET",
    "role_grant: role_id, permission": "a name from the catalogue of permissions",
    "provider_link: provider_id, subject": "what a provider signs, and nobody types",
}
"""Keys whose text nobody types freely."""


@dataclass(frozen=True)
class Key:
    """A unique key, without the tenant with which it begins."""

    table: Table
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table.fullname}: {', '.join(self.columns)}"

    @property
    def has_owner(self) -> bool:
        """Whether it holds an organisation, a person, or a thing that is somebody's."""
        return any(_is_owned(self.table, column) for column in self.columns)

    @property
    def has_text(self) -> bool:
        """Whether a text stands in it that somebody might choose."""
        return any(
            column not in self.table.columns or isinstance(self.table.columns[column].type, Text)
            for column in self.columns
        )


def unique_keys() -> Iterator[Key]:
    """Yield every primary, unique and exclusion key but for those of one drawn id in a network."""
    for table in METADATA.sorted_tables:
        found = {tuple(table.primary_key.columns.keys())}
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint | ExcludeConstraint):
                found.add(tuple(constraint.columns.keys()))
        for index in table.indexes:
            if index.unique:
                found.add(tuple(str(each).rpartition(".")[2] for each in index.expressions))
        for columns in sorted(found):
            own = tuple(column for column in columns if column != "tenant_id")
            if own != ("id",) or "tenant_id" not in columns:
                yield Key(table, own or columns)


def _is_owned(table: Table, column: str) -> bool:
    return column in _OWNERS or bool(_referred(table, column) & _owned_tables())


def _referred(table: Table, column: str) -> set[str]:
    return {
        found.elements[0].column.table.name
        for found in table.foreign_key_constraints
        if column in found.column_keys and column != "tenant_id"
    }


def _owned_tables() -> set[str]:
    """Tables whose every row is somebody's, directly or by what it belongs to."""
    owned = set(_PARTIES)
    for table in METADATA.sorted_tables:
        for column in table.columns:
            names_owner = column.name in _OWNERS or bool(_referred(table, column.name) & owned)
            if names_owner and (not column.nullable or column.name == "owner_id"):
                owned.add(table.name)
    return owned
