// What a person should look at now, each with the way there.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeliverySummary } from "../api/types";
import { COLOURS } from "../deliveries/standing";
import { Dot } from "../parts/Dot";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useWaitingRequests } from "../requests/queries";
import { usePause } from "./queries";

interface Need {
  say: string;
  to: string;
  go: string;
}

interface Figures {
  failing: DeliverySummary["failing"];
  failed: number;
  late: number;
}

export function NeedsYou(figures: Figures) {
  const { t } = useTranslation();
  const asked = [usePause(), useWaitingRequests()] as const;
  const [pause, requests] = asked;
  const needed = useNeeds(figures, pause.data, requests.data);
  const pending = asked.some(({ isPending }) => isPending);
  const broken = asked.find(({ isError }) => isError);
  return (
    <Section title={t("home.needs.title")}>
      <Stack gap="sm">
        {pending && <Waiting lines={1} />}
        {needed.map(({ say, to, go }) => (
          <Group key={to + say} justify="space-between">
            <Dot colour={COLOURS.bad}>{say}</Dot>
            <Button component={Link} to={to} variant="default" size="compact-sm">
              {go}
            </Button>
          </Group>
        ))}
        {broken?.error && <Trouble error={broken.error} retry={() => void broken.refetch()} />}
        {!pending && !broken && needed.length === 0 && <Text c="dimmed">{t("home.needs.nothing")}</Text>}
      </Stack>
    </Section>
  );
}

function useNeeds(
  { failing, failed, late }: Figures,
  pause: ReturnType<typeof usePause>["data"],
  requests: ReturnType<typeof useWaitingRequests>["data"],
): Need[] {
  const { t } = useTranslation();
  const paused = pause && (pause.paused || pause.paused_for_all);
  const needs: (Need | false | 0 | undefined)[] = [
    failing?.failed && {
      say: t("home.needs.failing", { failed: failing.failed, decided: failing.decided }),
      to: "/deliveries?view=bad",
      go: t("home.needs.seeFailed"),
    },
    paused && {
      say: t("home.needs.paused", { count: pause.waiting }),
      to: "/deliveries?view=waiting",
      go: t("home.needs.seePaused"),
    },
    requests?.count && {
      say: t(requests.more ? "home.needs.requestsMore" : "home.needs.requests", { count: requests.count }),
      to: "/requests",
      go: t("home.needs.seeRequests"),
    },
    failed && {
      say: t("home.needs.failed", { count: failed }),
      to: "/deliveries?view=bad",
      go: t("home.needs.seeFailed"),
    },
    !paused &&
      late && {
        say: t("home.needs.late", { count: late }),
        to: "/deliveries?view=waiting",
        go: t("home.needs.seeLate"),
      },
  ];
  return needs.filter((need) => typeof need === "object");
}
