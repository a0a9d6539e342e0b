"""The records, a file for each family."""

from cadran.crm.models.activities import Activity, Session
from cadran.crm.models.customers import Account, Consent, Contact
from cadran.crm.models.history import Change, Origin, Score
from cadran.crm.models.marketing import Campaign, Lead, PageEvent, Spend, Touch, Visit
from cadran.crm.models.orders import Order, OrderLine, Payment, Renewal, Subscription
from cadran.crm.models.organisation import BusinessHours, CustomField, ExchangeRate, Holiday, Organisation
from cadran.crm.models.sales import Deal, DealLine, ForecastSubmission, Goal, Pipeline, Product, Stage
from cadran.crm.models.service import Answer, Article, LoyaltyEvent, Survey, Ticket, TicketMessage, Usage

__all__ = [
    "Account",
    "Activity",
    "Answer",
    "Article",
    "BusinessHours",
    "Campaign",
    "Change",
    "Consent",
    "Contact",
    "CustomField",
    "Deal",
    "DealLine",
    "ExchangeRate",
    "ForecastSubmission",
    "Goal",
    "Holiday",
    "Lead",
    "LoyaltyEvent",
    "Order",
    "OrderLine",
    "Organisation",
    "Origin",
    "PageEvent",
    "Payment",
    "Pipeline",
    "Product",
    "Renewal",
    "Score",
    "Session",
    "Spend",
    "Stage",
    "Subscription",
    "Survey",
    "Ticket",
    "TicketMessage",
    "Touch",
    "Usage",
    "Visit",
]
