"""Texts and calls as Twilio's JSON shows them."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from deploy.sandbox.phone.accounts import Account
from deploy.sandbox.phone.records import Call, Exchange, Text
from deploy.sandbox.phone.texts import API_VERSION


def message_json(text: Text) -> dict[str, Any]:
    """A Message resource; one a Messaging Service has only accepted has no sender and no segments yet."""
    accepted = text.status == "accepted"
    uri = _uri(text, "Messages")
    return {
        "sid": text.sid,
        "account_sid": text.account,
        "messaging_service_sid": text.service_sid or None,
        "from": None if accepted else text.sender,
        "to": text.to,
        "body": text.body,
        "status": text.status,
        "direction": text.direction,
        "num_segments": "0" if accepted else str(text.segments),
        "num_media": "0",
        "error_code": text.error_code,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "date_created": _date(text.created_at),
        "date_updated": _date(text.updated_at),
        "date_sent": _date(text.sent_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def call_json(call: Call, account: Account) -> dict[str, Any]:
    """A Call resource."""
    uri = _uri(call, "Calls")
    unknown = dict.fromkeys(
        ("parent_call_sid", "answered_by", "annotation", "caller_name", "forwarded_from", "group_sid", "trunk_sid")
    )
    return unknown | {
        "sid": call.sid,
        "account_sid": call.account,
        "from": call.sender,
        "from_formatted": call.sender,
        "to": call.to,
        "to_formatted": call.to,
        "phone_number_sid": account.number_sid,
        "status": call.status,
        "direction": call.direction,
        "start_time": _date(call.started_at),
        "end_time": _date(call.ended_at),
        "duration": None if call.seconds is None else str(call.seconds),
        "queue_time": "0",
        "price": None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "date_created": _date(call.created_at),
        "date_updated": _date(call.updated_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"events": f"{uri}/Events.json"},
    }


def page_json(
    path: str, query: dict[str, str], key: str, items: Sequence[dict[str, Any]], more: bool
) -> dict[str, Any]:
    """A page of a list; the next one begins after the last item's sid."""
    size, page = int(query["PageSize"]), int(query.get("Page", "0"))
    following = query | {"Page": str(page + 1), "PageToken": "PA" + items[-1]["sid"]} if more else None
    first = {name: value for name, value in query.items() if name not in ("Page", "PageToken")} | {"Page": "0"}
    return {
        key: items,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(items) - 1),
        "uri": f"{path}?{urlencode(query)}",
        "first_page_uri": f"{path}?{urlencode(first)}",
        "next_page_uri": f"{path}?{urlencode(following)}" if following else None,
        "previous_page_uri": None,
    }


def _uri(exchange: Exchange, kind: str) -> str:
    return f"/{API_VERSION}/Accounts/{exchange.account}/{kind}/{exchange.sid}"


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)
