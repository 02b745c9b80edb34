// The words on the page: the template's, or what was typed and not saved yet, here or on an earlier visit.
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Template } from "../api/types";
import { useOffer } from "../parts/Undo";
import { useSession } from "../session/useSession";
import { type Draft, draftOf, isSame, keepDraft, keptDraft, type Part, type Unsaved, wordsOf } from "./draft";
import { useSaveDraft } from "./queries";

export function useDraft(template: Template) {
  const { t } = useTranslation();
  const offer = useOffer();
  const { id: person } = useSession();
  const key = `fieldbell:draft:${person}:${template.id}`;
  const [unsaved, setUnsaved] = useState<Unsaved | null>(() => keptDraft(key));
  const [found, setFound] = useState(unsaved !== null);
  const saving = useSaveDraft(template.id);
  const draft = unsaved?.draft ?? draftOf(template);
  const dirty = unsaved !== null && !isSame(unsaved.draft, template);

  useEffect(() => keepDraft(key, unsaved), [key, unsaved]);
  const latest = useRef(template); // an undo may come after a save
  useEffect(() => {
    latest.current = template;
  });
  const change = (changed: (draft: Draft) => Draft) => {
    const of = latest.current;
    setUnsaved((before) => {
      const next = changed(before?.draft ?? draftOf(of));
      return isSame(next, of) ? null : { draft: next, version: before?.version ?? of.version };
    });
  };
  const settle = (rest: Unsaved | null) => {
    setUnsaved(rest);
    setFound(false);
    saving.reset();
  };
  const edit = (changes: Partial<Draft>) => change((before) => ({ ...before, ...changes }));
  const editWords = (locale: string, part: Part, source: string | null) =>
    change((before) => {
      const words = { ...wordsOf(before, locale), [part]: source };
      return { ...before, variants: { ...before.variants, [locale]: words } };
    });

  /** What was typed may be here alone: it can be had back. */
  const discard = () => {
    settle(null);
    if (!dirty) return;
    const undo = () => {
      settle(unsaved);
      return Promise.resolve();
    };
    offer({ words: t("templates.save.dropped"), undo });
  };

  /** Resolves with the template as saved; what was typed meanwhile stays, as a draft of it. */
  const save = async (): Promise<Template> => {
    if (!dirty) return template;
    const sent = unsaved.draft;
    const saved = await saving.mutateAsync(unsaved);
    setUnsaved((now) => (now && now.draft !== sent ? { ...now, version: saved.version } : null));
    setFound(false);
    return saved;
  };

  return {
    draft,
    dirty,
    /** It was typed on an earlier visit. */
    found: found && dirty,
    /** Somebody saved another version since this one was begun. */
    overtaken: dirty && unsaved.version !== template.version,
    edit,
    editWords,
    save,
    saving,
    discard,
    /** Goes on from the newest version, with the words that are here. */
    insist: () => unsaved && settle({ ...unsaved, version: template.version }),
  };
}

export type DraftState = ReturnType<typeof useDraft>;
