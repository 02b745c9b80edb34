"""What a company begins with fits together: each starter rule has a template that can always say what it says."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.model import starter_id
from notifier_svc.domain.starters import starter_rules
from template_svc.domain.drafts import finish
from template_svc.starters import frame, starters

COMPANY = uuid4()
TEMPLATES = {starter_id(COMPANY, "template", starter.slug): starter for starter in starters()}


def test_a_starter_template_uses_no_tag_that_its_trigger_never_tells() -> None:  # G9
    seen = set[UUID]()
    for rule in starter_rules(COMPANY, datetime.now(UTC)):
        template = TEMPLATES[rule.template_id]
        assert template.channel is rule.channel, template.slug
        for locale, words in template.words.by_locale.items():
            assert finish(words, frame(locale), [rule.trigger]) == template.version.by_locale[locale]
        seen.add(rule.template_id)
    assert len(seen) > 20
