"""What a buyer may know of a quote: every amount, and no name of a list, a level or a loser."""

from dataclasses import replace

from app.pricing.rules.result import PriceStep, Quote, QuotedLine, StepName

_REASONS = {
    StepName.LIST: "the seller's list price",
    StepName.INHERITED: "the list price",
    StepName.FALLBACK: "the seller's standard price",
    StepName.CHANNEL: "the price of your channel",
    StepName.TERRITORY: "the price of your territory",
    StepName.GROUP: "the price of customers like you",
    StepName.LEVEL: "the price of customers like you",
    StepName.BUYER: "your own price",
    StepName.QUANTITY_BREAK: "the price for the quantity ordered",
    StepName.CONTRACT: "the price of your contract",
}


def as_buyer_sees(quote: Quote) -> Quote:
    """Return the quote without losers, sources and the seller's words; amounts stay as they are."""
    return replace(
        quote,
        lines=tuple(_line(line) for line in quote.lines),
        refused=tuple(replace(line, losers=()) for line in quote.refused),
    )


def _line(line: QuotedLine) -> QuotedLine:
    return replace(line, steps=tuple(_step(step) for step in line.steps), losers=())


def _step(step: PriceStep) -> PriceStep:
    reason = _REASONS.get(step.name, step.reason)
    return replace(step, source_id=None, list_id=None, reason=reason)
