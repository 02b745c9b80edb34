// What a person should look at now, each with the way there.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { COLOURS } from "../deliveries/standing";
import { Dot } from "../parts/Dot";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { usePause } from "./queries";

export function NeedsYou({ failed, late }: { failed: number; late: number }) {
  const { t } = useTranslation();
  const pause = usePause();
  const paused = pause.data && (pause.data.paused || pause.data.paused_for_all);
  const needed = [
    ...(paused
      ? [
          {
            say: t("home.needs.paused", { count: pause.data.waiting }),
            to: "/deliveries?view=waiting",
            go: t("home.needs.seePaused"),
          },
        ]
      : []),
    ...(failed
      ? [
          {
            say: t("home.needs.failed", { count: failed }),
            to: "/deliveries?view=bad",
            go: t("home.needs.seeFailed"),
          },
        ]
      : []),
    ...(late && !paused
      ? [
          {
            say: t("home.needs.late", { count: late }),
            to: "/deliveries?view=waiting",
            go: t("home.needs.seeLate"),
          },
        ]
      : []),
  ];
  return (
    <Section title={t("home.needs.title")}>
      {pause.isPending ? (
        <Waiting lines={1} />
      ) : pause.isError ? (
        <Trouble error={pause.error} retry={() => void pause.refetch()} />
      ) : needed.length === 0 ? (
        <Text c="dimmed">{t("home.needs.nothing")}</Text>
      ) : (
        <Stack gap="sm">
          {needed.map(({ say, to, go }) => (
            <Group key={say} justify="space-between">
              <Dot colour={COLOURS.bad}>{say}</Dot>
              <Button component={Link} to={to} variant="default" size="compact-sm">
                {go}
              </Button>
            </Group>
          ))}
        </Stack>
      )}
    </Section>
  );
}
