"""moto's server on 127.0.0.1, with repairs where AWS was seen to behave otherwise. It ends with its standard input.
Usage: python moto-server.py PORT"""
import json
import os
import sys
import threading
import time

import moto.logs.models as logs
import moto.sqs.models as sqs
from moto.core import DEFAULT_ACCOUNT_ID
from moto.events.models import Rule
from moto.events.utils import EventTemplateParser
from moto.server import main
from moto.sqs import sqs_backends

COUNT_SECONDS = 0.2
PAGE_BYTES = 1_048_576
EVENT_OVERHEAD_BYTES = 26
RETENTION_DAYS = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}


# SQS: a receive counted the whole queue 30 times for each message (575 ms at a depth of 2,000), a send once.
sqs.unix_time_millis = lambda dt=None: (time.time() if dt is None else dt.timestamp()) * 1000
sqs.SQSBackend.is_message_valid_based_on_retention_period = lambda self, name, message: (
    self.get_queue(name).message_retention_period + message.sent_timestamp / 1000 > time.time()
)


def counted_now_and_then(name):
    count, kept = getattr(sqs.Queue, name).fget, "_kept_" + name

    def get(self):
        at, value = getattr(self, kept, (0, 0))
        if time.time() - at > COUNT_SECONDS:
            at, value = time.time(), count(self)
            setattr(self, kept, (at, value))
        return value

    setattr(sqs.Queue, name, property(get))


for suffix in ("", "_delayed", "_not_visible"):
    counted_now_and_then("approximate_number_of_messages" + suffix)


# SQS: a delete could lose a message that another thread was just adding.
def delete_message(self, receipt_handle):
    with self._messages_lock:
        if receipt_handle in self.deleted_messages:
            return
        for at, message in enumerate(self._messages):
            if message.receipt_handle == receipt_handle or receipt_handle in message._old_receipt_handles:
                self.pending_messages.discard(message)
                self.deleted_messages.update(message.all_receipt_handles)
                del self._messages[at]
                return
        raise sqs.ReceiptHandleIsInvalid()


sqs.Queue.delete_message = delete_message

# EventBridge: the envelope had no "account", and text such as <id> inside the detail was taken for a template's.
parse_template = EventTemplateParser.parse


def envelope(input_template, input_paths_map, event):
    if input_template:
        return parse_template(input_template, input_paths_map, event)
    order = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
    full = {"version": "0", "account": DEFAULT_ACCOUNT_ID, **event}
    return {key: full[key] for key in order if key in full}


EventTemplateParser.parse = staticmethod(envelope)

# EventBridge delivers to a queue only where the queue's policy lets it; moto never looked.
send_to_queue = Rule._send_to_sqs_queue


def listed(value):
    return value if isinstance(value, list) else [value]


def lets_in(statement, rule_arn):
    principal = statement.get("Principal", {})
    who = [principal] if isinstance(principal, str) else [p for kind in ("Service", "AWS") for p in listed(principal.get(kind, []))]
    conditions = [pair for test in statement.get("Condition", {}).values() for pair in test.items()]
    sources = [arn for key, arns in conditions if key.lower() == "aws:sourcearn" for arn in listed(arns)]
    return (
        statement.get("Effect") == "Allow"
        and any(one in ("*", "events.amazonaws.com") for one in who)
        and any(action.lower() in ("sqs:sendmessage", "sqs:*", "*") for action in listed(statement.get("Action", [])))
        and (not sources or rule_arn in sources)
    )


def send_where_allowed(self, resource_id, event, group_id):
    queue = sqs_backends[self.account_id][self.region_name].get_queue(resource_id)
    statements = listed(json.loads(queue.policy or "{}").get("Statement", []))
    if any(lets_in(statement, self.arn) for statement in statements):
        send_to_queue(self, resource_id, event, group_id)


Rule._send_to_sqs_queue = send_where_allowed

# CloudWatch Logs: a page of GetLogEvents ends at 1 MB; only some retention periods exist; a missing stream is an error.
all_log_events, any_retention = logs.LogStream.get_log_events, logs.LogsBackend.put_retention_policy


def page_of_log_events(self, start_time, end_time, limit, next_token, start_from_head):
    while True:
        page = all_log_events(self, start_time, end_time, limit, next_token, start_from_head)
        size = sum(len(event["message"].encode()) + EVENT_OVERHEAD_BYTES for event in page[0])
        if size <= PAGE_BYTES or len(page[0]) == 1:
            return page
        limit = max(1, len(page[0]) // 2)


def put_retention_policy(self, log_group_name, retention_in_days):
    if int(retention_in_days) not in RETENTION_DAYS:
        allowed = "Member must be one of the allowed retention periods"
        raise logs.InvalidParameterException(constraint=allowed, parameter="retentionInDays", value=retention_in_days)
    return any_retention(self, log_group_name, retention_in_days)


def get_log_events_of_group(self, log_stream_name, *rest):
    if log_stream_name not in self.streams:
        raise logs.ResourceNotFoundException("The specified log stream does not exist.")
    return self.streams[log_stream_name].get_log_events(*rest)


logs.LogStream.get_log_events = page_of_log_events
logs.LogGroup.get_log_events = get_log_events_of_group
logs.LogsBackend.put_retention_policy = put_retention_policy


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
