"""Yuan as WeChat Pay and Alipay count them: in whole fen, hundredths, and nothing else."""

from decimal import Decimal

CURRENCY = "CNY"
_FEN = Decimal("0.01")
_MOST_FEN = 10**14


class NotWholeFen(ValueError):
    """It cannot be said in fen without a rest."""


def fen_of(amount: Decimal) -> int:
    """Return an amount in yuan as fen; raises `NotWholeFen`."""
    fen = amount / _FEN
    if fen != fen.to_integral_value():
        raise NotWholeFen(str(amount))
    return int(fen)


def yuan_of(fen: object) -> Decimal:
    """Return fen, as JSON has them, in yuan; raises `NotWholeFen` for anything but an integer."""
    if not isinstance(fen, int) or isinstance(fen, bool) or not 0 <= fen <= _MOST_FEN:
        raise NotWholeFen(str(fen))
    return fen * _FEN


def in_yuan(amount: Decimal) -> str:
    """Write an amount in yuan with two places; raises `NotWholeFen`."""
    return format(fen_of(amount) * _FEN, "f")
