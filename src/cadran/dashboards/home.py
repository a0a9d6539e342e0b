"""The KPIs of the home board: at most twelve, in the order they are read."""

HOME = (
    "revenue",
    "pipeline_value",
    "win_rate",
    "sales_cycle",
    "average_deal_size",
    "deals_won",
    "weighted_pipeline",
    "sales_velocity",
    "new_business_revenue",
    "average_purchase_value",
    "repeat_purchase_rate",
    "sales_productivity",
)
TREND = "revenue"
SPLIT = ("pipeline_value", "stage")
