"""Say what a replay did, and hold it against the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from rich.console import Console
from rich.table import Table

from replay.folder import Place, Record, RecordedOrder
from replay.journey import CANCELLED, COMPLETED, Outcome
from replay.run import Replayed


@dataclass(frozen=True, slots=True)
class Tally:
    """Orders, lines and pieces of some orders; `short` lines got fewer pieces than ordered."""

    orders: int
    lines: int
    short: int
    ordered: Decimal
    shipped: Decimal

    @property
    def fill_rate(self) -> Fraction:
        """Shipped of ordered, exactly; nothing ordered counts as filled."""
        return Fraction(self.shipped) / Fraction(self.ordered) if self.ordered else Fraction(1)


def tally(orders: Iterable[Sequence[tuple[Decimal, Decimal]]]) -> Tally:
    """Count orders given as pairs of pieces ordered and shipped."""
    given = list(orders)
    lines = [line for order in given for line in order]
    return Tally(
        orders=len(given),
        lines=len(lines),
        short=sum(shipped < ordered for ordered, shipped in lines),
        ordered=sum((ordered for ordered, _ in lines), Decimal(0)),
        shipped=sum((shipped for _, shipped in lines), Decimal(0)),
    )


def recorded(orders: Iterable[RecordedOrder]) -> Tally:
    """Count orders as the record has them."""
    return tally(
        [(Decimal(line.ordered), Decimal(line.shipped)) for line in order.lines] for order in orders
    )


def achieved(outcomes: Iterable[Outcome]) -> Tally:
    """Count orders as the application ended them."""
    return tally([line[:2] for line in outcome.lines] for outcome in outcomes)


def differences(record: Record, replayed: Replayed) -> list[str]:
    """Return a sentence for everything that is not as recorded; empty when all is well."""
    found = [*_unfilled(record, replayed), *_unfinished(replayed.outcomes)]
    for name, broken in replayed.broken.items():
        found += [f"{name}: {sentence}" for sentence in broken]
    return found


def show(console: Console, record: Record, replayed: Replayed) -> None:
    """Print what was done, by warehouse and in all, and what is wrong with it."""
    console.print(_table(record, replayed))
    total = achieved(replayed.outcomes)
    cancelled = sum(outcome.state == CANCELLED for outcome in replayed.outcomes)
    share = 100 * Fraction(total.short, total.lines) if total.lines else Fraction(0)
    console.print(
        f"{total.orders:,} orders with {total.lines:,} lines placed in {replayed.seconds:.1f} s: "
        f"{total.orders / max(replayed.seconds, 1e-9):.1f} orders/s. "
        f"{total.short:,} lines fell short ({float(share):.1f} %), "
        f"{cancelled} orders got nothing."
    )
    wrong = differences(record, replayed)
    console.print(
        f"Invariants of {len(replayed.broken)} books: "
        f"{sum(map(len, replayed.broken.values()))} broken. "
        f"Against the record: {len(wrong)} differences."
    )
    for sentence in wrong:
        console.print(sentence, style="red", markup=False, highlight=False)


def _unfilled(record: Record, replayed: Replayed) -> list[str]:
    found: list[str] = []
    for place in record.warehouses:
        wanted, got = recorded(_orders_of(place, record)), achieved(_outcomes_of(place, replayed))
        if got.fill_rate != wanted.fill_rate or got != wanted:
            found.append(f"{place.name} (warehouse {place.id}): {got} against {wanted}")
    return found


def _unfinished(outcomes: Sequence[Outcome]) -> list[str]:
    """Each line as recorded, all that was shipped received, and the order at its end."""
    found: list[str] = []
    for outcome in outcomes:
        order = outcome.order
        wanted = tuple((line.ordered, line.shipped, line.shipped) for line in order.lines)
        state = COMPLETED if any(line.shipped for line in order.lines) else CANCELLED
        if outcome.lines != wanted or outcome.state != state:
            found.append(
                f"Day {order.day}, store {order.store_id}: {outcome.state} with {outcome.lines} "
                f"against {state} with {wanted}"
            )
    return found


def _table(record: Record, replayed: Replayed) -> Table:
    table = Table("warehouse", box=None, padding=(0, 1), show_footer=True)
    for heading in ("orders", "lines", "short", "ordered", "shipped", "fill rate", "invoiced"):
        table.add_column(heading, justify="right")
    for place in record.warehouses:
        got = achieved(_outcomes_of(place, replayed))
        table.add_row(f"{place.id} {place.name}", *_cells(got, replayed.money.get(place.id, {})))
    money: dict[str, Decimal] = {}
    for amounts in replayed.money.values():
        for currency, amount in amounts.items():
            money[currency] = money.get(currency, Decimal(0)) + amount
    footers = ("in all", *_cells(achieved(replayed.outcomes), money))
    for column, footer in zip(table.columns, footers, strict=True):
        column.footer = footer
    return table


def _cells(counted: Tally, money: Mapping[str, Decimal]) -> list[str]:
    amounts = "  ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(money.items()))
    return [
        f"{counted.orders:,}",
        f"{counted.lines:,}",
        f"{counted.short:,}",
        f"{counted.ordered:,.0f}",
        f"{counted.shipped:,.0f}",
        f"{float(100 * counted.fill_rate):.3f} %",
        amounts or "-",
    ]


def _orders_of(place: Place, record: Record) -> list[RecordedOrder]:
    return [order for order in record.orders if order.warehouse_id == place.id]


def _outcomes_of(place: Place, replayed: Replayed) -> list[Outcome]:
    return [item for item in replayed.outcomes if item.order.warehouse_id == place.id]
