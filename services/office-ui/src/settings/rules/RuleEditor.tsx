// A rule's fields in three calm parts, and what it would have sent last week as it stands here.
import { Button, Group, Stack } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Rule, RuleBody } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { flawOf, flaws } from "../flaws";
import { Theirs } from "../Theirs";
import { useFilled } from "../useFilled";
import { LastWeek } from "./LastWeek";
import { RuleTiming } from "./RuleTiming";
import { RuleWhat } from "./RuleWhat";
import { RuleWho } from "./RuleWho";

const SLUGS = {
  "unknown-template": "template_id",
  "template-of-other-channel": "template_id",
  "template-archived": "template_id",
  "template-not-published": "template_id",
  "tags-never-told": "template_id",
  "report-not-attachable": "attach_report",
  "timing-not-fitting": "timing",
  "equal-reminder": "timing",
  "once-and-again": "once_per_job",
  "unknown-region": "region_id",
  "unknown-tag": "tags",
};

type Fields = RuleBody & Record<string, unknown>;

interface Props {
  /** None of one that is not saved yet. */
  id?: string;
  rule: Rule | RuleBody;
  /** With what the form stood on, and what tells it that it is saved. */
  onSave: (body: RuleBody, from: Rule | RuleBody, saved: (rule: Rule) => void) => void;
  onTyped?: (body: RuleBody) => void;
  save: { error: Error | null; isPending: boolean };
}

export function RuleEditor({ id, rule, onSave, onTyped, save }: Props) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const filled = useFilled<Rule | RuleBody, Fields>(rule, bodyOf, {
    validate: { template_id: (chosen) => (chosen ? null : t("settings.rule.chooseTemplate")) },
    ...(onTyped && { onValuesChange: onTyped }),
  });
  const { form } = filled;
  const submit = (body: RuleBody) => {
    const sent = filled.changed();
    onSave(body, filled.from(), (after) => filled.saved(after, sent));
  };
  const wrong = { ...flaws(save.error), ...flawOf(save.error, SLUGS) };
  return (
    <Stack>
      <form onSubmit={form.onSubmit(submit)}>
        <fieldset className="plain" disabled={!mayChange}>
          <Stack>
            <Section title={t("settings.rule.what")}>
              <RuleWhat form={form} wrong={wrong} />
            </Section>
            <Section title={t("settings.rule.whenTitle")}>
              <RuleTiming form={form} wrong={wrong} />
            </Section>
            <Section title={t("settings.rule.whoTitle")}>
              <RuleWho form={form} wrong={wrong} />
            </Section>
            {save.error && Object.keys(wrong).length === 0 && <Trouble error={save.error} />}
            <Theirs values={filled.theirs} names={namesOf(t)} />
            {mayChange && (
              <Group justify="flex-end">
                <Button type="submit" disabled={!!id && !form.isDirty()} loading={save.isPending}>
                  {t(id ? "settings.save" : "settings.rule.add")}
                </Button>
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
      <LastWeek id={id} rule={form.values} />
    </Stack>
  );
}

/** Of a rule that is there, what can be written. */
function bodyOf(rule: Rule | RuleBody): Fields {
  const { name, trigger, channel, template_id, status_id, region_id, customer_kinds, tags, lane } = rule;
  const { max_age_hours, expires_after_hours, active, attach_report, once_per_job, timing } = rule;
  return {
    ...{ name, trigger, channel, template_id, status_id, region_id, customer_kinds, tags, lane },
    ...{ max_age_hours, expires_after_hours, active, attach_report, once_per_job, timing },
  } as Fields;
}

function namesOf(t: TFunction): Record<string, string> {
  return {
    active: t("settings.rule.active"),
    name: t("settings.rule.name"),
    template_id: t("settings.rule.template"),
    attach_report: t("settings.rule.report"),
    once_per_job: t("settings.rule.once"),
    lane: t("settings.rule.lane"),
    expires_after_hours: t("settings.rule.expires"),
    timing: t("settings.rule.whenTitle"),
    customer_kinds: t("settings.rule.kinds"),
    region_id: t("settings.rule.region"),
    tags: t("settings.rule.tags"),
  };
}
