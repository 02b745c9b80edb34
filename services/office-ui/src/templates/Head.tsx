// Above the words: how the template stands, and what can be done with it.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Flaw, Template } from "../api/types";
import { PageHead } from "../parts/PageHead";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import { MoreMenu, Shelved } from "./MoreMenu";
import type { OccasionState } from "./occasion";
import { PROBLEMS_ID } from "./Problems";
import { useStep } from "./queries";
import { SendTest } from "./SendTest";
import { Standing } from "./standing";
import type { DraftState } from "./useDraft";

interface Props {
  template: Template;
  state: DraftState;
  occasion: OccasionState;
  locale: string;
  flaws: Flaw[];
}

export function Head({ template, state, occasion, locale, flaws }: Props) {
  const isAuthor = useSession().has("admin");
  const publish = useStep(template.id, "publish");
  const shelf = { archive: useStep(template.id, "archive"), unarchive: useStep(template.id, "unarchive") };
  const failed = publish.error ?? state.saving.error;
  const outdated = state.overtaken; // the notice about it says more
  return (
    <>
      <PageHead title={state.draft.name || template.name}>
        <Group gap="xs">
          <Standing template={template} />
          <SendTest template={template} occasion={occasion} locale={locale} dirty={state.dirty} />
          {isAuthor && (
            <MoreMenu template={template} dirty={state.dirty} onDiscard={state.discard} {...shelf} />
          )}
          {isAuthor && template.state !== "archived" && (
            <Saving template={template} state={state} publish={publish} flaws={flaws} />
          )}
        </Group>
      </PageHead>
      <Shelved template={template} {...shelf} />
      {failed && !outdated && <Trouble error={failed} />}
      {publish.isSuccess && !state.dirty && !template.changed_since_published && (
        <Published template={template} />
      )}
    </>
  );
}

interface SavingProps {
  template: Template;
  state: DraftState;
  publish: ReturnType<typeof useStep>;
  flaws: Flaw[];
}

function Saving({ template, state, publish, flaws }: SavingProps) {
  const { t } = useTranslation();
  const { dirty, saving, overtaken } = state;
  const stopped = overtaken || !state.draft.name.trim();
  const pending = dirty || template.changed_since_published || template.state === "draft";
  const unlessWrong = (step: () => Promise<unknown>) => {
    if (flaws.length > 0) document.getElementById(PROBLEMS_ID)?.focus();
    else {
      publish.reset();
      step().catch(() => undefined); // said by the mutation itself
    }
  };
  const save = () => unlessWrong(state.save);
  const saveAndPublish = () => unlessWrong(async () => publish.mutateAsync(await state.save()));
  const saveByKey = () => {
    if (!stopped && !saving.isPending && !publish.isPending) save();
  };
  useHotkeys([["mod + S", saveByKey]], [], true); // also where one types; a key that is held saves once
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {dirty ? t("templates.save.unsaved") : t("templates.save.saved")}
      </Text>
      <Button variant="default" onClick={save} disabled={!dirty || stopped} loading={saving.isPending}>
        {t("templates.save.draft")}
      </Button>
      <Button onClick={saveAndPublish} disabled={!pending || stopped} loading={publish.isPending}>
        {template.published_version ? t("templates.save.publishAgain") : t("templates.save.publish")}
      </Button>
    </>
  );
}

function Published({ template }: { template: Template }) {
  const { t } = useTranslation();
  const rules = template.used_by.filter(({ active }) => active).map(({ name }) => name);
  return (
    <Alert role="status" title={t("templates.save.published", { number: template.published_version ?? 0 })}>
      {rules.length > 0
        ? t("templates.save.publishedUsed", { rules: rules.join(", ") })
        : t("templates.save.publishedUnused")}
    </Alert>
  );
}
