"""Remove workspaces for good, some time after they were deleted.

Runs on an EventBridge schedule and has no routes. The event's own time is what counts, so that a delayed or repeated event does the same
thing. An error is raised, not answered: EventBridge tries again, and the function's error metric shows it.
"""

import datetime

import org_common as common

KEEP_DAYS = 30
BATCH_ROWS = 200

# Stop early enough to end well: what is left is taken next time.
_RESERVE_MILLISECONDS = 15_000

logger = common.get_logger(__name__)


def lambda_handler(event, context):
    if common.is_warming(event):
        return {"warmed": True}
    before = _time(event) - datetime.timedelta(days=KEEP_DAYS)
    deleted, is_complete = _delete(before, context)
    logger.info("deleted %d workspaces that were deleted before %s; complete: %s", deleted, before.isoformat(), is_complete)
    return {"deleted": deleted, "before": before.isoformat(), "complete": is_complete}


def _delete(before, context):
    """In batches: one statement for a million rows would hold its locks for minutes."""
    deleted = 0
    while context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS:
        batch = common.rpc(
            "delete_expired_workspaces",
            {"p_deleted_before": before, "p_limit": BATCH_ROWS},
        )
        deleted += batch
        if batch < BATCH_ROWS:
            return deleted, True
    return deleted, False


def _time(event):
    """The event's time, `2025-01-31T03:00:00Z`. Raises when it has none: guessing would delete too much."""
    when = datetime.datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ")
    return when.replace(tzinfo=datetime.timezone.utc)
