"""What to try in the sample network: a sign-in for each role, operations that work as printed."""

from base64 import b64encode
from uuid import UUID

from app.db.work import Work
from app.kernel.errors import DomainError
from app.orders.operations.drafting import priced
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.wishes import LineWish, OrderWish
from launch.seed.network import BRAND, PASSWORD, PLATFORM_EMAIL
from launch.seed.orders import SELLER, lines_of
from launch.seed.stage import Stage, email_of
from launch.welcome import Demonstration, Example, SignIn

BUYER = "Lotus Corner Shop"
WANTED = {"TEA-01B": 3, "CHP-01B": 1}
_ROLES = (
    ("System administrator", "SYSTEM_ADMIN", BRAND),
    ("Brand's administrator", "ENTERPRISE_ADMIN", BRAND),
    ("Distributor's administrator", "ENTERPRISE_ADMIN", SELLER),
    ("Sales representative", "SALES", SELLER),
    ("Customer service", "SERVICE", SELLER),
    ("Warehouse keeper", "WAREHOUSE", SELLER),
    ("Buyer of a shop", "BUYER", BUYER),
)

_SIGN_IN = """\
mutation SignIn {{
  signIn(input: {{ email: "{email}", password: "{password}" }}) {{
    ... on SignedIn {{ accessToken expiresAt actingIn {{ organisationName }} }}
    ... on Refusal {{ code message }}
  }}
}}"""
_LOOK = """\
query LookAround {{
  viewer {{ name roles }}
  catalogue(
    relationshipId: "{relationship}"
    search: "jasmine"
    first: 5
  ) {{
    edges {{ node {{
      sku {{ id name }}
      offers {{ packagingLevel pieces unitPrice currency breaks {{ fromQuantity unitPrice }} }}
    }} }}
  }}
}}"""
_QUOTE = """\
query WhatWouldItCost {{
  quote(input: {{
    relationshipId: "{relationship}"
    lines: [
{lines}
    ]
  }}) {{
    net tax gross currency
    lines {{ sku {{ name }} quantity net steps {{ name before after reason }} }}
    hints {{ text }}
  }}
}}"""
_ORDER = """\
mutation FirstOrder {{
  placeOrder(input: {{
    idempotencyKey: "my first order"
    relationshipId: "{relationship}"
    seenTotal: "{total}"
    lines: [
{lines}
    ]
  }}) {{
    ... on Order {{ id number state total currency lines {{ sku {{ name }} quantity gross }} }}
    ... on Refusal {{ code message field }}
  }}
}}"""
_LINE = '      {{ skuId: "{sku}", quantity: "{quantity}", packagingLevel: {level} }}'


async def describe(work: Work) -> Demonstration:
    """Read the sample network and say what to try in it; prices are those of this moment.

    People may have changed it: what could not be carried out any more is left out.
    """
    stage = Stage(work)
    await stage.look_around()
    ordering = await _ordering(stage)
    return Demonstration(
        sign_ins=_sign_ins(),
        password=PASSWORD,
        examples=(_signing_in(), *ordering),
    )


def _signing_in() -> Example:
    return Example(
        "Sign in as the buyer of a shop",
        'Then open "Headers" below the editor, and put the accessToken there:\n'
        '{"Authorization": "Bearer <accessToken>"}',
        _SIGN_IN.format(email=email_of("BUYER", BUYER), password=PASSWORD),
    )


async def _ordering(stage: Stage) -> tuple[Example, ...]:
    relationship_id = stage.relationships.get((SELLER, BUYER))
    if relationship_id is None or email_of("BUYER", BUYER) not in stage.actors:
        return ()
    buyer = stage.as_("BUYER", BUYER)
    try:
        relationship = await relationship_to_order_in(buyer, relationship_id)
        lines = await lines_of(buyer, WANTED)
        quote = await priced(buyer, relationship, OrderWish(relationship_id, lines))
    except DomainError:
        return ()
    key = _global("TradingRelationship", relationship_id)
    return (
        Example(
            "Look around: who am I, and what does jasmine tea cost this shop?",
            "",
            _LOOK.format(relationship=key),
        ),
        Example(
            "Ask what an order would cost, step by step, and what is missing for the next offer",
            "",
            _QUOTE.format(relationship=key, lines=_lines(lines)),
        ),
        Example(
            f"Order from {SELLER}",
            "Sent twice, it is still one order: the key is the same.",
            _ORDER.format(relationship=key, total=quote.total, lines=_lines(lines)),
        ),
    )


def _sign_ins() -> tuple[SignIn, ...]:
    inside = (SignIn(name, where, email_of(role, where)) for name, role, where in _ROLES)
    return (SignIn("Platform's administrator", "all networks", PLATFORM_EMAIL), *inside)


def _lines(lines: list[LineWish]) -> str:
    return "\n".join(
        _LINE.format(
            sku=_global("Sku", line.sku_id), quantity=line.quantity, level=line.packaging_level
        )
        for line in lines
    )


def _global(type_name: str, key: UUID) -> str:
    """Write a Relay id as the schema does."""
    return b64encode(f"{type_name}:{key}".encode()).decode()
