// Today at a glance: what needs a person, what went, what did not and why.
import { Stack, Text } from "@mantine/core";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeliverySummary } from "../api/types";
import { COLOURS } from "../deliveries/standing";
import { PageHead } from "../parts/PageHead";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { useToday } from "../parts/useToday";
import { Waiting } from "../parts/Waiting";
import type { Day } from "../words/days";
import { seconds } from "../words/times";
import { figures, STANDINGS } from "./figures";
import "./home.css";
import { Hours } from "./Hours";
import { NeedsYou } from "./NeedsYou";
import { useDeliverySummary } from "./queries";
import { WhyNot } from "./WhyNot";

export function HomePage() {
  const { t } = useTranslation();
  const day = useToday();
  const summary = useDeliverySummary(day);
  return (
    <>
      <PageHead title={t("home.title")} />
      {summary.isPending && <Waiting />}
      {summary.isError && <Trouble error={summary.error} retry={() => void summary.refetch()} />}
      {summary.isSuccess && <Day summary={summary.data} day={day} />}
    </>
  );
}

function Day({ summary, day }: { summary: DeliverySummary; day: Day }) {
  const { t } = useTranslation();
  const counts = summary.counts.filter(({ hour }) => Date.parse(hour) >= Date.parse(day.since));
  const sums = figures(counts);
  return (
    <Stack>
      <NeedsYou failing={summary.failing} failed={figures(summary.counts).bad} late={summary.late} />
      <section aria-label={t("home.figures.title")} className="figures">
        {STANDINGS.map((each) => (
          <Link key={each} className="card figure" to={`/deliveries?view=${each}&day=${day.name}`}>
            <span className="number" style={{ "--dot": COLOURS[each] } as CSSProperties}>
              {sums[each].toLocaleString("en")}
            </span>
            <span>{t(`home.figures.${each}`)}</span>
          </Link>
        ))}
      </section>
      <Section title={t("home.hours.title")}>
        <Hours counts={counts} />
        {summary.seconds && (
          <Text size="sm" c="dimmed" mt="sm">
            {t("home.hours.prompt", {
              p50: seconds(summary.seconds.p50),
              p95: seconds(summary.seconds.p95),
            })}
          </Text>
        )}
      </Section>
      <WhyNot counts={counts} day={day} />
    </Stack>
  );
}
