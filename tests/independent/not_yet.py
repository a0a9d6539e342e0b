"""What is asked of the engine alone so far: KPIs and variants not computed a second time, each with the reason."""

from __future__ import annotations

_REASONS: dict[str, str] = {
    "rules of risk, silence and scores are not written out again": (
        "pipeline_quality pipeline_quality.well_scored pipeline_quality.maturity pipeline_quality.planned "
        "pipeline_at_risk pipeline_at_risk.deals pipeline_at_risk.share pipeline_at_risk.several "
        "pipeline_at_risk.cold pipeline_at_risk.late pipeline_at_risk.pushed pipeline_at_risk.stuck "
        "pipeline_at_risk.cut pipeline_activity pipeline_activity.moves pipeline_activity.activities "
        "pipeline_activity.touched"
    ),
    "survival curves are not written out again": (
        "customer_lifespan customer_lifespan.contract customer_lifespan.by_churn "
        "customer_lifespan.by_inactivity customer_lifetime_value customer_lifetime_value.margin "
        "customer_lifetime_value.subscription customer_lifetime_value.subscription_margin "
        "customer_lifetime_value.historical sales_cycle.kaplan_meier sales_cycle.kaplan_meier_median"
    ),
    "moves of monthly recurring revenue are not written out again": (
        "net_new_mrr net_new_mrr.new churn_rate.revenue retention_rate.gross_revenue "
        "retention_rate.net_revenue upsell_rate.expansion"
    ),
    "no use and no loyalty programme is drawn": (
        "engagement_rate engagement_rate.by_email engagement_rate.by_visit engagement_rate.by_loyalty "
        "engagement_rate.by_use engagement_rate.signs health_score health_score.coverage health_score.poor "
        "health_score.usage health_score.feedback health_score.support health_score.purchases"
    ),
    "which opens are machines' and which answers end a thread is not written out again": (
        "open_rate open_rate.with_machines open_rate.machines open_rate.by_event click_rate "
        "click_rate.to_open click_rate.by_event click_rate.to_open_by_event reply_rate reply_rate.by_people "
        "reply_rate.per_message outbound_engagement outbound_engagement.touches outbound_engagement.on_time "
        "outbound_engagement.every_two_days call_to_meeting call_to_meeting.all_dials"
    ),
    "messages and reopenings of tickets are not drawn": (
        "first_contact_resolution first_contact_resolution.all first_contact_resolution.answered "
        "first_contact_resolution.no_follow_up reopen_rate survey_coverage survey_coverage.opened "
        "survey_coverage.accounts response_time.every_reply response_time.every_reply_median "
        "response_time.every_reply_slowest_tenth response_time.every_reply_business_hours "
        "open_tickets.unanswered"
    ),
    "licences and who changed what are not drawn": (
        "login_frequency login_frequency.days active_users active_users.daily adoption_rate "
        "adoption_rate.logged_in adoption_rate.adopted adoption_rate.licence_use adoption_rate.deals "
        "adoption_rate.leads adoption_rate.accounts adoption_rate.activities adoption_rate.tickets "
        "records_created records_created.by_members records_created.per_active_member "
        "records_created.by_owner data_completeness data_completeness.filled data_completeness.sound "
        "data_completeness.single data_completeness.fresh data_completeness.with_gaps"
    ),
    "not written out again yet": (
        "purchase_retention upsell_rate cross_sell_rate "
        "cross_sell_rate.several_plans "
        "cross_sell_rate.products_per_customer revenue_concentration.gini "
        "revenue_concentration.gini_invoiced tickets_opened.per_account "
        "churn_rate.count time_in_stage.between_changes time_in_stage.between_changes_per_deal "
        "sales_productivity.activities_per_win nps.coverage survey_coverage.accounts scroll_depth.clicks "
    ),
}

NOT_YET: dict[str, str] = {key: reason for reason, keys in _REASONS.items() for key in keys.split()}
"""Key of a KPI or variant → why it is not computed a second time."""
