"""All races, in the order in which they are run."""

from chaos.races.deciding import Approval, DoubleSubmit
from chaos.races.ends import BranchMoved, CustomerTaken
from chaos.races.parties import AreaLoop, RoleRevoked
from chaos.races.prices import Moves, PriceChange
from chaos.races.promotions import LastCoupon, LastOfBudget
from chaos.races.race import Race
from chaos.races.stock import CancelOrPrepare, CancelOrShip, LastUnit

RACES: tuple[type[Race], ...] = (
    LastUnit,
    LastOfBudget,
    LastCoupon,
    Approval,
    DoubleSubmit,
    CancelOrPrepare,
    CancelOrShip,
    PriceChange,
    Moves,
    AreaLoop,
    CustomerTaken,
    BranchMoved,
    RoleRevoked,
)
