"""The three sizes of the made-up company."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows of each flow are drawn over the three years.

    What follows from them (contacts, stage changes, activities of deals, payments …) is not counted here.
    """

    name: str
    representatives: int
    leads: int
    old_accounts: int  # customers and prospects older than the records
    own_accounts: int  # found by representatives, without a lead
    deals: int
    orders: int
    tickets: int
    nps_answers: int
    tasks: int
    visits: int
    usages: int
    loyalty_events: int
    session_share: float  # of the working days on which a member opens the product

    def counts(self) -> dict[str, object]:
        """The numbers, by name, as the SQL reads them."""
        return {key: value for key, value in asdict(self).items() if key != "name"}


SMALL = Size("small", 11, 5_000, 380, 150, 3_000, 3_800, 2_200, 1_300, 3_000, 3_500, 2_500, 600, 0.85)
MEDIUM = Size(
    "medium",
    60,
    2_000_000,
    60_000,
    30_000,
    1_000_000,
    3_000_000,
    1_000_000,
    1_500_000,
    2_000_000,
    1_500_000,
    1_500_000,
    300_000,
    0.7,
)
LARGE = Size(
    "large",
    200,
    20_000_000,
    600_000,
    300_000,
    10_000_000,
    30_000_000,
    10_000_000,
    15_000_000,
    20_000_000,
    15_000_000,
    15_000_000,
    3_000_000,
    0.8,
)
SIZES = {size.name: size for size in (SMALL, MEDIUM, LARGE)}
