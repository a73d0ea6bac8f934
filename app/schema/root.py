"""The schema: every domain's queries and mutations under one root."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxTokensLimiter
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext, ExecutionResult

from app.schema.announcements import AnnouncementsMutation, AnnouncementsQuery
from app.schema.api_keys import ApiKeysMutation, ApiKeysQuery
from app.schema.approval_absence import ApprovalAbsenceMutation, ApprovalAbsenceQuery
from app.schema.approval_rules import ApprovalsMutation, ApprovalsQuery
from app.schema.assigned_reps import AssignedRepsQuery
from app.schema.assortments import AssortmentsMutation, AssortmentsQuery
from app.schema.audit import AuditQuery
from app.schema.branch_consents import BranchConsentsMutation, BranchConsentsQuery
from app.schema.budgets import BudgetsMutation, BudgetsQuery
from app.schema.care.contacts import CustomerContactsMutation, CustomerContactsQuery
from app.schema.care.ticket_changes import TicketsMutation
from app.schema.care.ticket_rules import TicketRulesMutation, TicketRulesQuery
from app.schema.care.tickets import TicketsQuery
from app.schema.carrier_changes import CarriersMutation
from app.schema.carriers import CarriersQuery
from app.schema.catalog_changes import CatalogMutation
from app.schema.catalog_questions import CatalogQuery
from app.schema.catalog_search import CatalogSearchQuery
from app.schema.catalog_words import CatalogWordsMutation
from app.schema.checkout import CheckoutMutation, CheckoutQuery
from app.schema.closing import ClosingMutation, ClosingQuery
from app.schema.context import Context
from app.schema.cost import DIRECTIVES, weigh
from app.schema.delivery_addresses import DeliveryAddressesMutation, DeliveryAddressesQuery
from app.schema.delivery_days import DeliveryDaysMutation, DeliveryDaysQuery
from app.schema.delivery_plans import DeliveryPlansMutation, DeliveryPlansQuery
from app.schema.documentation import document
from app.schema.edge import OneSnapshot, StorableText
from app.schema.exchange import ExchangeMutation, ExchangeQuery
from app.schema.fair_share import FairShareMutation, FairShareQuery
from app.schema.files import FilesMutation
from app.schema.finance import FinanceMutation, FinanceQuery
from app.schema.fulfilment import FulfilmentMutation
from app.schema.identity_providers import IdentityProvidersMutation, IdentityProvidersQuery
from app.schema.inventory import InventoryQuery
from app.schema.inventory_changes import InventoryMutation
from app.schema.invitations import InvitationsMutation, InvitationsQuery
from app.schema.jobs import JobsMutation, JobsQuery
from app.schema.listings import ListingsMutation, ListingsQuery
from app.schema.members import MembersMutation, MembersQuery
from app.schema.network_jobs import NetworkJobsMutation, NetworkJobsQuery
from app.schema.node import NodeQuery
from app.schema.notification_settings import (
    NotificationSettingsMutation,
    NotificationSettingsQuery,
)
from app.schema.notification_templates import (
    NotificationTemplatesMutation,
    NotificationTemplatesQuery,
)
from app.schema.notifications import (
    NotificationsMutation,
    NotificationsQuery,
    NotificationsSubscription,
)
from app.schema.order_exceptions import OrderExceptionsMutation, OrderExceptionsQuery
from app.schema.order_quantities import OrderQuantitiesMutation, OrderQuantitiesQuery
from app.schema.ordering.filling import FillingMutation
from app.schema.ordering.must_sell import MustSellQuery
from app.schema.ordering.pricing import PricedCartQuery
from app.schema.ordering.requests import OrderRequestsMutation, OrderRequestsQuery
from app.schema.ordering.saved_cart_changes import SavedCartsMutation
from app.schema.ordering.saved_carts import SavedCartsQuery
from app.schema.ordering.standing import StandingOrdersMutation, StandingOrdersQuery
from app.schema.ordering.suggesting import SuggestingMutation, SuggestingQuery
from app.schema.orders.approving import ApprovalInboxMutation, ApprovalInboxQuery
from app.schema.orders.changing import OrderChangesMutation
from app.schema.orders.holds import OrderHoldsQuery
from app.schema.orders.mutations import OrdersMutation
from app.schema.orders.queries import OrdersQuery
from app.schema.orders.reviewing import OrderReviewQuery
from app.schema.orders.subscriptions import OrdersSubscription
from app.schema.organisation_changes import OrganisationsMutation
from app.schema.organisation_moves import OrganisationMovesMutation, OrganisationMovesQuery
from app.schema.organisation_questions import OrganisationsQuery
from app.schema.own_sign_ins import OwnSignInsMutation, OwnSignInsQuery
from app.schema.package_changes import PackingMutation
from app.schema.papers import PapersQuery
from app.schema.payments import PaymentsMutation
from app.schema.pricing import PricingMutation, PricingQuery
from app.schema.procurement import ProcurementMutation
from app.schema.product_image_changes import ProductImagesMutation
from app.schema.promotions import PromotionsMutation, PromotionsQuery
from app.schema.provider_sign_in import ProviderSignInMutation
from app.schema.quotas import QuotasMutation, QuotasQuery
from app.schema.quotes import QuotesQuery
from app.schema.reasons import ReasonsQuery
from app.schema.refusals import RefusalsAsData
from app.schema.registrations import RegistrationsMutation, RegistrationsQuery
from app.schema.relationship_requests import (
    RelationshipRequestsMutation,
    RelationshipRequestsQuery,
)
from app.schema.rep_changes import AssignedRepsMutation
from app.schema.role_changes import RoleChangesMutation, RoleChangesQuery
from app.schema.role_history import RoleHistoryMutation, RoleHistoryQuery
from app.schema.role_previews import RolePreviewsQuery
from app.schema.roles import RolesMutation, RolesQuery
from app.schema.scalars import SCALARS
from app.schema.second_factor import SecondFactorMutation, SecondFactorQuery
from app.schema.sign_in import SignInMutation
from app.schema.sourcing import SourcingMutation, SourcingQuery
from app.schema.stock_alerts import StockAlertsMutation, StockAlertsQuery
from app.schema.stock_bands import StockBandsMutation, StockBandsQuery
from app.schema.stock_counts import StockCountsMutation
from app.schema.stock_statuses import StockStatusesMutation, StockStatusesQuery
from app.schema.stock_totals import StockTotalsQuery
from app.schema.stock_transfers import StockTransfersMutation, StockTransfersQuery
from app.schema.tenants import TenantsMutation, TenantsQuery
from app.schema.trials import TrialsMutation, TrialsQuery
from app.schema.viewer import ViewerQuery
from app.schema.wave_changes import WavesMutation
from app.schema.waves import WavesQuery
from app.schema.webhook_changes import WebhooksMutation
from app.schema.webhooks import WebhooksQuery

QUERIES: tuple[type, ...] = (
    ViewerQuery,
    NodeQuery,
    OrganisationsQuery,
    OrganisationMovesQuery,
    CheckoutQuery,
    ClosingQuery,
    DeliveryAddressesQuery,
    RelationshipRequestsQuery,
    BranchConsentsQuery,
    RegistrationsQuery,
    CatalogQuery,
    CatalogSearchQuery,
    ListingsQuery,
    OrderQuantitiesQuery,
    OrdersQuery,
    SavedCartsQuery,
    PricedCartQuery,
    OrderRequestsQuery,
    StandingOrdersQuery,
    SuggestingQuery,
    MustSellQuery,
    AssortmentsQuery,
    DeliveryDaysQuery,
    DeliveryPlansQuery,
    TenantsQuery,
    RolesQuery,
    RoleChangesQuery,
    RolePreviewsQuery,
    RoleHistoryQuery,
    ReasonsQuery,
    MembersQuery,
    IdentityProvidersQuery,
    AssignedRepsQuery,
    InvitationsQuery,
    AuditQuery,
    InventoryQuery,
    BudgetsQuery,
    StockAlertsQuery,
    StockBandsQuery,
    StockStatusesQuery,
    StockTotalsQuery,
    StockTransfersQuery,
    OrderReviewQuery,
    QuotasQuery,
    WavesQuery,
    CarriersQuery,
    OrderExceptionsQuery,
    SourcingQuery,
    FairShareQuery,
    NotificationsQuery,
    NotificationSettingsQuery,
    NotificationTemplatesQuery,
    PricingQuery,
    PromotionsQuery,
    QuotesQuery,
    ApprovalsQuery,
    ApprovalInboxQuery,
    OrderHoldsQuery,
    ApprovalAbsenceQuery,
    FinanceQuery,
    ExchangeQuery,
    PapersQuery,
    JobsQuery,
    NetworkJobsQuery,
    WebhooksQuery,
    OwnSignInsQuery,
    ApiKeysQuery,
    SecondFactorQuery,
    TrialsQuery,
    TicketsQuery,
    AnnouncementsQuery,
    TicketRulesQuery,
    CustomerContactsQuery,
)
MUTATIONS: tuple[type, ...] = (
    OrdersMutation,
    OrderChangesMutation,
    SavedCartsMutation,
    FillingMutation,
    OrderRequestsMutation,
    StandingOrdersMutation,
    SuggestingMutation,
    FinanceMutation,
    PaymentsMutation,
    FulfilmentMutation,
    PackingMutation,
    ProcurementMutation,
    SignInMutation,
    TenantsMutation,
    RolesMutation,
    RoleChangesMutation,
    RoleHistoryMutation,
    MembersMutation,
    IdentityProvidersMutation,
    ProviderSignInMutation,
    AssignedRepsMutation,
    InvitationsMutation,
    OrganisationsMutation,
    OrganisationMovesMutation,
    CheckoutMutation,
    ClosingMutation,
    DeliveryAddressesMutation,
    RelationshipRequestsMutation,
    BranchConsentsMutation,
    RegistrationsMutation,
    CatalogMutation,
    CatalogWordsMutation,
    AssortmentsMutation,
    DeliveryDaysMutation,
    DeliveryPlansMutation,
    ProductImagesMutation,
    ListingsMutation,
    OrderQuantitiesMutation,
    InventoryMutation,
    BudgetsMutation,
    StockAlertsMutation,
    StockBandsMutation,
    StockStatusesMutation,
    StockCountsMutation,
    StockTransfersMutation,
    QuotasMutation,
    WavesMutation,
    CarriersMutation,
    OrderExceptionsMutation,
    SourcingMutation,
    FairShareMutation,
    NotificationsMutation,
    NotificationSettingsMutation,
    NotificationTemplatesMutation,
    PricingMutation,
    PromotionsMutation,
    ApprovalsMutation,
    ApprovalInboxMutation,
    ApprovalAbsenceMutation,
    JobsMutation,
    NetworkJobsMutation,
    WebhooksMutation,
    FilesMutation,
    ExchangeMutation,
    OwnSignInsMutation,
    ApiKeysMutation,
    SecondFactorMutation,
    TrialsMutation,
    TicketsMutation,
    AnnouncementsMutation,
    TicketRulesMutation,
    CustomerContactsMutation,
)
SUBSCRIPTIONS: tuple[type, ...] = (
    NotificationsSubscription,
    OrdersSubscription,
)

MOST_TOKENS = 4_000
Runner = Callable[
    [str | None, str | None, Mapping[str, Any] | None, Context],
    AsyncGenerator[ExecutionResult, None],
]
"""Runs a document's operation of this name with these variables, for the bearer of a context."""


class TributarySchema(strawberry.Schema):
    """A schema whose errors carry a code and hide what is ours to mend."""

    runner: Runner | None = None

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing here: `with_code` logs what is unexpected, once, with an id."""

    async def stream(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Context | None = None,
        *places: Any,
        **options: Any,
    ) -> Any:
        """Hand an operation of a WebSocket or of server-sent events to whoever runs them here."""
        if self.runner is None or context_value is None:
            return await super().stream(query, variable_values, context_value, *places, **options)
        return self.runner(query, options.get("operation_name"), variable_values, context_value)


def _joined(name: str, parts: Iterable[type], sentence: str) -> type | None:
    bases = tuple(parts)
    if not bases:
        return None
    joined = type(name, bases, {"__doc__": sentence})
    return strawberry.type(joined, name=name, description=sentence)


def build_schema() -> TributarySchema:
    """Build the one schema; docstrings are its descriptions."""
    query = _joined("Query", QUERIES, "Everything that can be asked.")
    if query is None:
        msg = "a schema needs a query"
        raise LookupError(msg)
    schema = TributarySchema(
        query=query,
        mutation=_joined("Mutation", MUTATIONS, "Everything that can be done."),
        subscription=_joined("Subscription", SUBSCRIPTIONS, "Everything that can be followed."),
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
            OneSnapshot,
            StorableText,
        ],
        types=DIRECTIVES,
        exception_handlers=[RefusalsAsData()],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
    )
    document(schema)
    weigh(schema)
    return schema
