"""From facts to troubles, from troubles to what the owner is told, and the mail that tells it."""

from integration.alerts.job_conditions import (
    JobLimits,
    MissedRun,
    UpcomingRuns,
    find_failed_jobs,
    find_missed_jobs,
    find_overdue_jobs,
)
from integration.alerts.notifications import AlertDiff, compare_alerts, message_id, select_notifications, to_mail
from integration.alerts.service_conditions import (
    FormActivity,
    HeldPack,
    SilentWebhook,
    find_expiring,
    find_held_packs,
    find_silent_forms,
    find_silent_webhooks,
    measure_webhook_silence,
)
from integration.alerts.wording import headline, job_of_part

__all__ = [
    "AlertDiff",
    "FormActivity",
    "HeldPack",
    "JobLimits",
    "MissedRun",
    "SilentWebhook",
    "UpcomingRuns",
    "compare_alerts",
    "find_expiring",
    "find_failed_jobs",
    "find_held_packs",
    "find_missed_jobs",
    "find_overdue_jobs",
    "find_silent_forms",
    "find_silent_webhooks",
    "headline",
    "job_of_part",
    "measure_webhook_silence",
    "message_id",
    "select_notifications",
    "to_mail",
]  # fmt: skip
