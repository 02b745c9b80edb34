"""What a message says: in a dry run's preview, and as it went out; no value that a template could tell is left out."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any
from uuid import UUID
from zlib import decompress

import orjson

from contracts.rendering import RenderItem
from notifier_svc.tests.office import Office

Words = dict[UUID, list[tuple[Any, ...]]]
"""By customer: rule, recipient, version of the template, and the words."""
WORDS = ("locale", "subject", "html", "text")


def told(item: RenderItem) -> str:
    """Words that change with any value, but for what a dry run has to make up, and says so."""
    made_up = {} if item.context.reminder else dict.fromkeys(("payment", "invoice", "request"))
    values = item.context.model_copy(update=made_up).model_dump_json()
    said = f"{item.template_id} {item.template_version} {item.locale} {values}"
    return f"Hi {item.context.recipient.first_name}: {sha256(said.encode()).hexdigest()}"


def said_words(rows: Iterable[Any]) -> Words:
    """Of the lines of a dry run that have a preview."""
    found: Words = defaultdict(list)
    for row in rows:
        if shown := row["preview"]:
            words = (row["rule_id"], row["recipient_id"], shown["template_version"], *(shown[name] for name in WORDS))
            found[UUID(row["customer_id"])].append(words)
    return _in_order(found)


async def sent_words(office: Office, customers: Collection[UUID]) -> Words:
    """Of all that waits for these customers, once it is sent; what waits for others never goes."""
    await office.desk.fetch(
        "with others as (select id from delivery where customer_id <> all($1::uuid[]))"
        " delete from queue where id in (select id from others)",
        list(customers),
    )
    async with office.desk.sending():
        await office.desk.settled()
    found: Words = defaultdict(list)
    for row in await office.desk.fetch(
        "select d.customer_id, d.rule_id, d.recipient_id, d.state, r.template_version, r.body"
        " from delivery d join rendering r on r.delivery_id = d.id where d.customer_id = any($1::uuid[])",
        list(customers),
    ):
        assert row["state"] == "sent"
        words = orjson.loads(decompress(row["body"]))
        said = (
            str(row["rule_id"]),
            str(row["recipient_id"]),
            row["template_version"],
            *(words[name] for name in WORDS),
        )
        found[row["customer_id"]].append(said)
    return _in_order(found)


def _in_order(found: Words) -> Words:
    return {customer: sorted(words, key=str) for customer, words in found.items()}
