// What becomes of the words: the message as it would be sent, of a made-up job or a real one (G10).
import { Alert, Group, NativeSelect, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../api/refusal";
import type { Channel, Job, RuleUse, Words } from "../api/types";
import { useJobs } from "../jobs/queries";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { triggerWords } from "../words/triggers";
import { Message } from "./Message";
import { type OccasionState, TRIGGERS, triggersOf } from "./occasion";
import { usePreview } from "./trying";

interface Props {
  channel: Channel;
  rules: RuleUse[];
  words: Words | undefined;
  locale: string;
  occasion: OccasionState;
  /** Whether the words can be filled in at all. */
  fit: boolean;
  wrong: boolean;
  /** Whether that is known, and if not, why. */
  check: { error: Error | null; refetch: () => unknown };
  /** Of a text: how many it is with long values. */
  longest: number | undefined;
  /** What stands above the message. */
  children: ReactNode;
}

export function Preview(props: Props) {
  const { t } = useTranslation();
  return (
    <Section title={t("templates.preview.title")}>
      <Stack gap="sm">
        <On {...props} />
        {props.children}
        {props.words && <Shown {...props} words={props.words} />}
      </Stack>
    </Section>
  );
}

function Shown({ channel, words, locale, occasion, fit, wrong, check, longest }: Props & { words: Words }) {
  const { t } = useTranslation();
  const tried = { channel, trigger: occasion.trigger, locale, job: occasion.job?.id ?? null };
  const preview = usePreview(words, tried, fit);
  if (check.error) return <Trouble error={check.error} retry={() => void check.refetch()} />;
  if (preview.isError) return <NoMessage error={preview.error} retry={() => void preview.refetch()} />;
  if (!preview.data)
    return wrong ? <Text c="dimmed">{t("templates.preview.waiting")}</Text> : <Waiting lines={5} />;
  return (
    <>
      {wrong && (
        <Text size="sm" c="dimmed">
          {t("templates.preview.stale")}
        </Text>
      )}
      <Message message={preview.data} longest={longest} />
    </>
  );
}

/** Why there is no message to see: for a reason that can be mended here, or trouble. */
export function NoMessage({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useTranslation();
  const refusal = error instanceof Refusal ? error : undefined;
  if (refusal?.slug === "nothing-told")
    return (
      <Alert color="yellow" title={t("templates.preview.notTold")}>
        {t("templates.preview.notToldDetail")}
      </Alert>
    );
  if (refusal?.slug !== "not-renderable") return <Trouble error={error} retry={retry} />;
  const { code, detail = refusal.message } = refusal.problem;
  return (
    <Alert color="yellow" title={t("templates.preview.notSent")}>
      {code === "missing_value" ? t("templates.preview.missing", { detail }) : detail}
    </Alert>
  );
}

function On({ rules, occasion }: Props) {
  const { t } = useTranslation();
  const used = triggersOf(rules);
  const choice = used.length > 0 ? used : TRIGGERS;
  const { trigger, job, set } = occasion;
  return (
    <Group grow align="flex-end" gap="sm" preventGrowOverflow={false}>
      <NativeSelect
        label={t("templates.preview.for")}
        value={trigger}
        onChange={({ currentTarget }) =>
          set({ job, trigger: choice.find((each) => each === currentTarget.value) ?? trigger })
        }
        data={choice.map((each) => ({ value: each, label: triggerWords(each, t) }))}
      />
      <JobPicker job={job} onPick={(picked) => set({ trigger, job: picked })} />
    </Group>
  );
}

const SAMPLE = "sample";

/** A real job, found by its title or number; a made-up one first. */
function JobPicker({ job, onPick }: { job: Job | null; onPick: (job: Job | null) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [words] = useDebouncedValue(typed.trim(), 250);
  const shown = words === t("templates.preview.sample") || (job && words === t("templates.preview.job", job));
  const jobs = useJobs({ words: shown || words === "" ? undefined : words });
  const found = jobs.data?.pages[0]?.items.slice(0, 8) ?? [];
  const offered = job && !found.some(({ id }) => id === job.id) ? [job, ...found] : found;
  return (
    <Select
      label={t("templates.preview.about")}
      searchable
      value={job?.id ?? SAMPLE}
      onChange={(id) => onPick(offered.find((each) => each.id === id) ?? null)}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      allowDeselect={false}
      nothingFoundMessage={t("templates.preview.noJob")}
      data={[
        { value: SAMPLE, label: t("templates.preview.sample") },
        ...offered.map((each) => ({ value: each.id, label: t("templates.preview.job", each) })),
      ]}
    />
  );
}
