// What was published: each version can be looked at, and be the draft again.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Template, VersionLine } from "../api/types";
import { More } from "../parts/More";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { Moment } from "../parts/When";
import { draftOf } from "./draft";
import { Message } from "./Message";
import type { OccasionState } from "./occasion";
import { NoMessage } from "./Preview";
import { useRestore, useSaveDraft, useVersion, useVersions } from "./queries";
import { usePreview } from "./trying";
import { Who } from "./Who";

interface Props {
  template: Template;
  locale: string;
  occasion: OccasionState;
  dirty: boolean;
  mayEdit: boolean;
}

export function Versions(props: Props) {
  const { t } = useTranslation();
  const { template, dirty, mayEdit } = props;
  const versions = useVersions(template.id);
  const restore = useRestore(template.id);
  const rows = versions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t("templates.versions.title")}>
      {versions.isPending && <Waiting lines={2} />}
      {versions.isError && <Trouble error={versions.error} retry={() => void versions.refetch()} />}
      {versions.isSuccess && rows.length === 0 && <Text c="dimmed">{t("templates.versions.none")}</Text>}
      <Stack gap="sm">
        <Restored template={template} restore={restore} />
        <ol className="timeline">
          {rows.map((line) => (
            <Version
              key={line.number}
              {...props}
              line={line}
              onRestore={() => restore.mutate({ number: line.number, of: template })}
            />
          ))}
        </ol>
        {mayEdit && dirty && rows.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("templates.versions.unsaved")}
          </Text>
        )}
        <More pages={versions} />
      </Stack>
    </Section>
  );
}

function Version({ line, onRestore, ...props }: Props & { line: VersionLine; onRestore: () => void }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const { number, published_at, published_by, published_by_name, current } = line;
  return (
    <li>
      <span className="quiet">
        <Moment at={published_at} />
      </span>
      <div>
        <Group gap="xs">
          <span>
            {t("templates.versions.version", { number })}
            <span className="quiet">
              {" "}
              · <Who id={published_by} name={published_by_name} />
              {current && ` · ${t("templates.versions.current")}`}
            </span>
          </span>
          <Button variant="default" size="compact-sm" onClick={toggle} aria-expanded={open}>
            {open ? t("templates.versions.hide") : t("templates.versions.look")}
          </Button>
          {props.mayEdit && (
            <Button variant="default" size="compact-sm" onClick={onRestore} disabled={props.dirty}>
              {t("templates.versions.restore")}
            </Button>
          )}
        </Group>
        {open && <Look {...props} number={number} />}
      </div>
    </li>
  );
}

function Look({ template, number, locale, occasion }: Props & { number: number }) {
  const version = useVersion(template.id, number);
  const words =
    version.data && (version.data.variants[locale] ?? version.data.variants[version.data.default_locale]);
  const tried = {
    channel: template.channel,
    trigger: occasion.trigger,
    locale,
    job: occasion.job?.id ?? null,
  };
  const preview = usePreview(words, tried, words !== undefined);
  if (version.isError) return <Trouble error={version.error} retry={() => void version.refetch()} />;
  if (preview.isError) return <NoMessage error={preview.error} retry={() => void preview.refetch()} />;
  return preview.data ? <Message message={preview.data} /> : <Waiting lines={4} />;
}

interface RestoredProps {
  template: Template;
  restore: ReturnType<typeof useRestore>;
}

/** The draft that was there before is a click away. */
function Restored({ template, restore }: RestoredProps) {
  const { t } = useTranslation();
  const undo = useSaveDraft(template.id);
  if (restore.isError) return <Trouble error={restore.error} />;
  if (undo.isError) return <Trouble error={undo.error} />;
  if (!restore.isSuccess || template.version !== restore.data.version) return null;
  const { number, of } = restore.variables;
  return (
    <Alert role="status" title={t("templates.versions.restored", { number })}>
      <Group justify="space-between">
        <Text size="sm">
          {t("templates.versions.restoredDetail", { current: template.published_version ?? 0 })}
        </Text>
        {of.version !== template.version && (
          <Button
            variant="default"
            loading={undo.isPending}
            onClick={() => undo.mutate({ draft: draftOf(of), version: template.version })}
          >
            {t("templates.versions.undo")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
