"""What people read of their webhooks and of what was sent to them."""

from typing import Any

from tests.support.world import Person

LOG = """query($id: ID!, $status: WebhookDeliveryStatus) {
  webhookDeliveries(webhookId: $id, status: $status) { edges { node {
    id webhookMessageId event subjectId status tries nextTryAt finishedAt webhook { id }
    attempts { outcome statusCode answer milliseconds } } } } }"""
STATE = "query($id: ID!) { node(id: $id) { ... on Webhook { status failuresInRow restingUntil } } }"
REPLAY = """mutation($input: ReplayDeliveryInput!) { replayDelivery(input: $input) { __typename
  ... on WebhookDelivery { id status tries } ... on Refusal { code } } }"""
TEST = """mutation($input: WebhookInput!) { testWebhook(input: $input) { __typename
  ... on WebhookDelivery { id } ... on Refusal { code } } }"""
CHANGE = """mutation($input: ChangeWebhookInput!) { changeWebhook(input: $input) { __typename
  ... on Webhook { url events selection status } ... on Refusal { code message field } } }"""


async def log_of(person: Person, webhook: str, **more: Any) -> list[dict[str, Any]]:
    """The deliveries of a webhook, the newest first."""
    found = (await person.ask(LOG, id=webhook, **more)).data["webhookDeliveries"]["edges"]
    return [edge["node"] for edge in found]


async def state_of(person: Person, webhook: str) -> dict[str, Any]:
    """Whether it is on, and how its breaker stands."""
    return (await person.ask(STATE, id=webhook)).data["node"]


async def change(person: Person, webhook: str, **given: Any) -> dict[str, Any]:
    """Change a webhook; the answer is the webhook or the refusal."""
    return (await person.ask(CHANGE, input={"webhookId": webhook} | given)).data["changeWebhook"]
