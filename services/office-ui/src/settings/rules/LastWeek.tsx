// What the rule, as it stands on the page, would have sent in the last seven days. Nothing is sent.
import { Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { RuleBody, Trial } from "../../api/types";
import { Dot } from "../../parts/Dot";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { When } from "../../parts/When";
import { useTrial } from "./queries";

export function LastWeek({ id, rule }: { id?: string | undefined; rule: RuleBody }) {
  const { t } = useTranslation();
  const trial = useTrial();
  return (
    <Section
      title={t("settings.trial.title")}
      action={
        <Button
          variant="default"
          disabled={!rule.template_id}
          loading={trial.isPending}
          onClick={() => trial.mutate({ id, rule })}
        >
          {t("settings.trial.look")}
        </Button>
      }
    >
      <div role="status" aria-label={t("settings.trial.title")}>
        {trial.isError ? (
          <Trouble error={trial.error} />
        ) : trial.data ? (
          <Result trial={trial.data} />
        ) : (
          <Text size="sm" c="dimmed">
            {t("settings.trial.help")}
          </Text>
        )}
      </div>
    </Section>
  );
}

const COLOURS = {
  would_go: "var(--fb-good)",
  would_wait: "var(--fb-waiting)",
  would_not_go: "var(--fb-quiet)",
};

function Result({ trial }: { trial: Trial }) {
  const { t } = useTranslation();
  const went = trial.outcomes
    .filter(({ outcome }) => outcome !== "would_not_go")
    .reduce((sum, { count }) => sum + count, 0);
  return (
    <Stack gap="sm">
      <Text>
        {t("settings.trial.happened", { count: trial.happened })} {t("settings.trial.would", { count: went })}
      </Text>
      {trial.outcomes.length > 0 && (
        <ul className="plain">
          {trial.outcomes.map(({ outcome, explanation, count }) => (
            <li key={`${outcome} ${explanation}`}>
              <Dot colour={COLOURS[outcome]}>
                <strong>{count}</strong> {explanation}
              </Dot>
            </li>
          ))}
        </ul>
      )}
      {trial.examples.length > 0 && (
        <ol className="timeline" aria-label={t("settings.trial.examples")}>
          {trial.examples.map((each, index) => (
            <li key={index}>
              <span className="quiet">
                <When at={each.occurred_at} />
              </span>
              <span>
                {each.recipient_name ?? each.customer_name}{" "}
                <span className="quiet">{each.masked_address}</span>
                {each.job_id && each.job_number && (
                  <>
                    {" · "}
                    <Link to={`/jobs/${each.job_id}`}>{t("job.number", { number: each.job_number })}</Link>
                  </>
                )}
                <span className="quiet"> · {each.explanation}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
      {trial.cannot_know.map((sentence) => (
        <Text key={sentence} size="sm" c="dimmed">
          {sentence}
        </Text>
      ))}
    </Stack>
  );
}
