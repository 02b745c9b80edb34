// The words of a template in one language, part by part.
import { Checkbox, Group, Input, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Channel } from "../api/types";
import { type Part, wordsOf } from "./draft";
import { EmailEditor } from "./editor/EmailEditor";
import type { Handle } from "./editor/handle";
import type { Problems } from "./editor/useProblems";
import { WordsEditor } from "./editor/WordsEditor";
import type { Looked } from "./trying";
import type { DraftState } from "./useDraft";

interface Props {
  channel: Channel;
  state: DraftState;
  locale: string;
  checked: Looked | undefined;
  register: (part: Part, handle: Handle | null) => void;
}

export function WordsForm(props: Props) {
  const { t } = useTranslation();
  const { channel, state } = props;
  return (
    <Stack>
      <TextInput
        label={t("templates.part.name")}
        maxLength={120}
        required
        value={state.draft.name}
        onChange={({ currentTarget }) => state.edit({ name: currentTarget.value })}
      />
      {channel === "email" ? <Email {...props} /> : <Spoken {...props} />}
    </Stack>
  );
}

/** What an editor of one part needs. */
function usePart({ state, locale, checked, register }: Props, part: Part) {
  const words = wordsOf(state.draft, locale);
  const problems = useMemo((): Problems => {
    const flaws = (checked?.flaws ?? []).concat(checked?.warnings ?? []);
    return {
      source: checked ? (checked.variants[locale]?.[part] ?? "") : null,
      flaws: flaws.filter((flaw) => flaw.locale === locale && flaw.part === part),
    };
  }, [checked, locale, part]);
  return {
    value: words[part] ?? "",
    onChange: (source: string) => state.editWords(locale, part, source),
    problems,
    ref: (handle: Handle | null) => register(part, handle),
  };
}

function Spoken(props: Props) {
  const { t } = useTranslation();
  const label = props.channel === "sms" ? t("templates.part.text") : t("templates.part.spoken");
  return <WordsEditor label={label} look="words" {...usePart(props, "text")} />;
}

function Email(props: Props) {
  const { t } = useTranslation();
  const preheader = usePart(props, "preheader");
  return (
    <>
      <WordsEditor label={t("templates.part.subject")} look="line" {...usePart(props, "subject")} />
      <WordsEditor
        label={t("templates.part.preheader")}
        description={t("templates.hint.preheader")}
        look="line"
        {...preheader}
      />
      <Body {...props} />
      <Plain {...props} />
    </>
  );
}

type Mode = "rich" | "html";

function Body(props: Props) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<Mode>("rich");
  const part = usePart(props, "html");
  const label = t("templates.part.html");
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Input.Label labelElement="div">{label}</Input.Label>
        <SegmentedControl
          size="xs"
          aria-label={t("templates.mode.label")}
          value={mode}
          onChange={(value) => setMode(value)}
          data={[
            { value: "rich", label: t("templates.mode.rich") },
            { value: "html", label: t("templates.mode.html") },
          ]}
        />
      </Group>
      {mode === "rich" ? (
        <EmailEditor label={label} {...part} />
      ) : (
        <WordsEditor label={t("templates.mode.html")} look="source" {...part} />
      )}
    </div>
  );
}

/** Made from the email, unless the author wants it otherwise. */
function Plain(props: Props) {
  const { t } = useTranslation();
  const { state, locale, checked } = props;
  const own = state.draft.variants[locale]?.text;
  const derived = checked?.derived[locale];
  const part = usePart(props, "text");
  const [before, keep] = useState<string | null>(null);
  const toggle = (wanted: boolean) => {
    keep(own ?? before);
    state.editWords(locale, "text", wanted ? (before ?? derived ?? "") : null);
  };
  return (
    <Stack gap="xs">
      <Checkbox
        label={t("templates.ownPlain")}
        description={t("templates.hint.plain")}
        checked={own !== null}
        onChange={({ currentTarget }) => toggle(currentTarget.checked)}
      />
      {own !== null && <WordsEditor label={t("templates.part.plain")} look="words" {...part} />}
      {own === null && derived && (
        <Text component="p" className="words" c="dimmed">
          {derived}
        </Text>
      )}
    </Stack>
  );
}
