"""From facts to conditions, from conditions to alerts, and the mail that notifies the owner of them."""

from integration.alerts.job_conditions import (
    JobLimits,
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
    describe_unreadable_store,
    find_expiring,
    find_held_packs,
    find_silent_forms,
    find_silent_webhooks,
    find_unfinished_erasure,
    measure_webhook_silence,
)
from integration.alerts.wording import headline, job_of_shard

__all__ = [
    "AlertDiff", "FormActivity", "HeldPack", "JobLimits", "SilentWebhook", "UpcomingRuns",
    "compare_alerts", "describe_unreadable_store", "find_expiring", "find_failed_jobs", "find_held_packs",
    "find_missed_jobs", "find_overdue_jobs", "find_silent_forms", "find_silent_webhooks", "find_unfinished_erasure",
    "headline", "job_of_shard", "measure_webhook_silence", "message_id", "select_notifications", "to_mail",
]  # fmt: skip
