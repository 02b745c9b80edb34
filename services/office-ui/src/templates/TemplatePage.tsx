// One template: its words beside what becomes of them, and below where it is used and how it came to be.
import { Alert, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { Flaw, Template } from "../api/types";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Undoable } from "../parts/Undo";
import { Waiting } from "../parts/Waiting";
import { useSession } from "../session/useSession";
import { Changes } from "./Changes";
import type { Part } from "./draft";
import type { Handle } from "./editor/handle";
import { Head } from "./Head";
import { Languages } from "./Languages";
import { Notices } from "./Notices";
import { triggersOf, useOccasion } from "./occasion";
import { OfferContext, offered } from "./offer";
import { Preview } from "./Preview";
import { Problems } from "./Problems";
import { useTemplate } from "./queries";
import { useCheck, useTags } from "./trying";
import "./templates.css";
import { useDraft } from "./useDraft";
import { Uses } from "./Uses";
import { Versions } from "./Versions";
import { WordsForm } from "./WordsForm";

const PAUSE = 400;

export function TemplatePage() {
  const { id = "" } = useParams();
  const template = useTemplate(id);
  if (template.isPending) return <Waiting />;
  if (template.isError) return <Trouble error={template.error} retry={() => void template.refetch()} />;
  return (
    <Undoable key={id}>
      <Opened template={template.data} />
    </Undoable>
  );
}

function Opened({ template }: { template: Template }) {
  const { t } = useTranslation();
  const isAuthor = useSession().has("admin");
  const mayEdit = isAuthor && template.state !== "archived";
  const state = useDraft(template);
  const [chosen, setLocale] = useState(template.default_locale);
  const locale = chosen in state.draft.variants ? chosen : state.draft.default_locale;
  const occasion = useOccasion(template);
  const offer = useOffer(template);
  const [settled] = useDebouncedValue(state.draft.variants, PAUSE);
  const check = useCheck(settled, template.channel, triggersOf(template.used_by), mayEdit);
  const flaws = check.data?.flaws ?? [];
  const fit = !mayEdit || (check.isSuccess && !check.isPlaceholderData && flaws.length === 0);
  const editors = useRef<Partial<Record<Part, Handle | null>>>({});
  const show = (flaw: Flaw) => {
    setLocale(flaw.locale);
    requestAnimationFrame(() => editors.current[flaw.part as Part]?.show(flaw));
  };
  return (
    <OfferContext value={offer}>
      <Stack>
        <Head template={template} state={state} occasion={occasion} locale={locale} flaws={flaws} />
        {!isAuthor && <Alert color="gray">{t("templates.hint.readOnly")}</Alert>}
        <Notices template={template} state={state} />
        <Languages state={state} locale={locale} onChoose={setLocale} mayEdit={mayEdit} />
        <div className={mayEdit ? "side-by-side" : undefined}>
          {mayEdit && (
            <Section title={t("templates.parts")}>
              <WordsForm
                key={locale}
                channel={template.channel}
                state={state}
                locale={locale}
                checked={check.data}
                register={(part, handle) => {
                  editors.current[part] = handle;
                }}
              />
            </Section>
          )}
          <Preview
            channel={template.channel}
            rules={template.used_by}
            words={settled[locale] ?? state.draft.variants[locale]}
            locale={locale}
            occasion={occasion}
            fit={fit}
            wrong={flaws.length > 0}
            check={check}
            longest={check.data?.sizes[locale]?.longest.segments}
          >
            {mayEdit && (
              <Problems checked={check.data} several={Object.keys(settled).length > 1} onShow={show} />
            )}
          </Preview>
        </div>
        <Uses rules={template.used_by} />
        <Versions
          template={template}
          locale={locale}
          occasion={occasion}
          dirty={state.dirty}
          mayEdit={mayEdit}
        />
        <Changes id={template.id} />
      </Stack>
    </OfferContext>
  );
}

function useOffer({ channel, used_by: rules }: Template) {
  const { data = [] } = useTags();
  return useMemo(() => offered(data, channel, triggersOf(rules)), [data, channel, rules]);
}
