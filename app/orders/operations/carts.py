"""Carts: what a person means to order from one seller, kept until it is ordered (R0-26)."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.models import Cart, CartLine
from app.orders.operations.wishes import LineWish


async def cart_wishes(work: Work, relationship_id: UUID) -> list[LineWish]:
    """Return the lines of the caller's cart for a relationship, in the order they were added."""
    statement = (
        select(CartLine)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(_own(work, relationship_id))
        .order_by(CartLine.added_at, CartLine.sku_id, CartLine.packaging_level)
    )
    return [
        LineWish(line.sku_id, PackagingLevel(line.packaging_level), line.quantity)
        for line in (await work.session.scalars(statement)).all()
    ]


async def open_cart(work: Work, relationship_id: UUID) -> UUID:
    """Lock the caller's cart for a relationship, made where there was none; returns its id."""
    statement = insert(Cart).values(
        tenant_id=work.tenant_id,
        id=new_id(),
        relationship_id=relationship_id,
        membership_id=_member(work),
        changed_at=work.now,
    )
    found = await work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "membership_id", "relationship_id"],
            set_={"changed_at": work.now},
        ).returning(Cart.id)
    )
    return found.scalar_one()


async def put_in_cart(work: Work, relationship_id: UUID, wish: LineWish) -> None:
    """Set a line's quantity; adding it again replaces it, so that repeating is safe."""
    cart_id = await open_cart(work, relationship_id)
    statement = insert(CartLine).values(
        tenant_id=work.tenant_id,
        cart_id=cart_id,
        sku_id=wish.sku_id,
        packaging_level=wish.packaging_level,
        quantity=wish.quantity,
        added_at=work.now,
    )
    await work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "cart_id", "sku_id", "packaging_level"],
            set_={"quantity": statement.excluded.quantity},
        )
    )


async def take_out_of_cart(
    work: Work, relationship_id: UUID, sku_id: UUID, level: PackagingLevel
) -> None:
    """Remove a line; without effect when it is not there."""
    await work.session.execute(
        delete(CartLine).where(
            CartLine.cart_id.in_(select(Cart.id).where(_own(work, relationship_id))),
            CartLine.sku_id == sku_id,
            CartLine.packaging_level == level,
        )
    )


async def empty_cart(work: Work, relationship_id: UUID) -> None:
    """Remove every line of the caller's cart for a relationship."""
    carts = select(Cart.id).where(_own(work, relationship_id))
    await work.session.execute(delete(CartLine).where(CartLine.cart_id.in_(carts)))


def _own(work: Work, relationship_id: UUID):  # noqa: ANN202  # a predicate, typed by SQLAlchemy
    return (Cart.membership_id == _member(work)) & (Cart.relationship_id == relationship_id)


def _member(work: Work) -> UUID:
    if work.actor.membership_id is None:
        raise NotFound("Cart")
    return work.actor.membership_id
