// A rule's fields in three calm parts, and what it would have sent last week as it stands here.
import { Button, Group, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Rule, RuleBody } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { flawOf, flaws } from "../flaws";
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

interface Props {
  /** None of one that is not saved yet. */
  id?: string;
  rule: Rule | RuleBody;
  /** With what shows the rule as it is saved, or as it is again. */
  onSave: (body: RuleBody, show: (rule: Rule) => void) => void;
  save: { error: Error | null; isPending: boolean };
}

export function RuleEditor({ id, rule, onSave, save }: Props) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const form = useForm<RuleBody>({
    initialValues: bodyOf(rule),
    validate: { template_id: (chosen) => (chosen ? null : t("settings.rule.chooseTemplate")) },
  });
  const show = (saved: Rule) => {
    form.setInitialValues(bodyOf(saved));
    form.setValues(bodyOf(saved));
  };
  const wrong = { ...flaws(save.error), ...flawOf(save.error, SLUGS) };
  return (
    <Stack>
      <form onSubmit={form.onSubmit((body) => onSave(body, show))}>
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
function bodyOf(rule: Rule | RuleBody): RuleBody {
  const { name, trigger, channel, template_id, status_id, region_id, customer_kinds, tags, lane } = rule;
  const { max_age_hours, expires_after_hours, active, attach_report, once_per_job, timing } = rule;
  return {
    ...{ name, trigger, channel, template_id, status_id, region_id, customer_kinds, tags, lane },
    ...{ max_age_hours, expires_after_hours, active, attach_report, once_per_job, timing },
  } as RuleBody;
}
