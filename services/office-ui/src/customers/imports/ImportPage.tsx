// A table of customers read in: what it would do, what is wrong with it line by line, and then how far it is.
import { Button, FileInput, Group, Progress, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Import } from "../../api/types";
import { PageHead } from "../../parts/PageHead";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { Outcome, Problems } from "./Outcome";
import { useDryRun, useImport, useStart } from "./queries";

export function ImportPage() {
  const { t } = useTranslation();
  const [nth, setNth] = useState(0);
  return (
    <>
      <PageHead title={t("imports.title")}>
        <Link to="/customers">{t("bulk.back")}</Link>
      </PageHead>
      <Table key={nth} onAnother={() => setNth(nth + 1)} />
    </>
  );
}

function Table({ onAnother }: { onAnother: () => void }) {
  const start = useStart();
  if (start.isSuccess) return <Progressing begun={start.data} onAnother={onAnother} />;
  return <Looking start={start} />;
}

function Looking({ start }: { start: ReturnType<typeof useStart> }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const dry = useDryRun();
  const choose = (chosen: File | null) => {
    setFile(chosen);
    dry.reset();
    start.reset();
    if (chosen) dry.mutate(chosen);
  };
  return (
    <Stack>
      <Section title={t("imports.choose")}>
        <Stack gap="sm">
          <Text size="sm">{t("imports.about")}</Text>
          <Text size="sm" c="dimmed">
            {t("imports.example")}
          </Text>
          <FileInput
            label={t("imports.file")}
            placeholder={t("imports.choose")}
            accept=".csv,text/csv"
            value={file}
            onChange={choose}
            maw="28rem"
          />
        </Stack>
      </Section>
      {dry.isPending && <Waiting lines={4} />}
      {dry.isError && <Trouble error={dry.error} retry={() => choose(file)} />}
      {file && dry.data && (
        <Section title={t("imports.would")}>
          <Stack gap="sm">
            <Outcome run={dry.data} />
            {start.isError && <Trouble error={start.error} />}
            <Group className="last">
              <Button
                disabled={dry.data.rows === 0}
                loading={start.isPending}
                onClick={() => start.mutate(file)}
              >
                {t("imports.start", { count: dry.data.rows })}
              </Button>
            </Group>
          </Stack>
        </Section>
      )}
    </Stack>
  );
}

function Progressing({ begun, onAnother }: { begun: Import; onAnother: () => void }) {
  const { t } = useTranslation();
  const reading = useImport(begun);
  const { state, total, done, added, changed, problems } = reading.data;
  const words = t(`imports.state.${state}`, { total, done, added, changed, left: problems.length });
  return (
    <Section title={t("imports.title")}>
      <Stack gap="sm">
        {state === "running" && (
          <Progress value={total ? (100 * done) / total : 100} aria-label={words} animated />
        )}
        <Text role="status">{words}</Text>
        {reading.isError && <Trouble error={reading.error} retry={() => void reading.refetch()} />}
        <Problems problems={problems} />
        {state !== "running" && (
          <Group>
            <Button component={Link} to="/customers?sort=newest">
              {t("imports.see")}
            </Button>
            <Button variant="default" onClick={onAnother}>
              {t("imports.another")}
            </Button>
          </Group>
        )}
      </Stack>
    </Section>
  );
}
