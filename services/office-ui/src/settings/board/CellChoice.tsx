// Which template a cell sends, or none. Those to choose from are there once one comes near: a board has sixty cells.
import { NativeSelect } from "@mantine/core";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RuleOnBoard } from "../../api/types";
import { useSentence } from "../../words/sentences";
import { type Place, useSetCell, useTemplates } from "../rules/queries";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";

interface Props {
  title: string;
  name: string;
  place: Place;
  rule: RuleOnBoard | undefined;
}

export function CellChoice({ title, name, place, rule }: Props) {
  const { t } = useTranslation();
  const done = useOffer();
  const save = useSetCell(place);
  const [near, setNear] = useState(false);
  const [draft, setDraft] = useState<string>();
  const byKeys = useRef(false);
  const templates = (useTemplates().data ?? []).filter(({ channel }) => channel === place.channel);
  const offered = near ? templates : [];
  const named = rule?.template;
  const shown = save.isPending ? save.variables : { templateId: named?.id ?? "", active: !!rule?.active };
  const where = `${title}, ${t(`channel.${place.channel}`)}`;

  const choose = (templateId: string) => {
    const words = templates.find(({ id }) => id === templateId)?.name ?? named?.name ?? title;
    const wanted = {
      rule,
      name,
      templateId: templateId || (named?.id ?? ""),
      active: templateId !== "",
    };
    whenDone(save.mutateAsync(wanted), (after) =>
      done({
        words: t(wanted.active ? "settings.board.nowSends" : "settings.board.nowNothing", {
          where,
          name: words,
        }),
        undo: () =>
          save.mutateAsync({
            rule: after,
            name,
            templateId: named?.id ?? templateId,
            active: !!rule?.active,
          }),
      }),
    );
  };

  const now = shown.active ? shown.templateId : "";
  /** Arrow keys change a closed select at each press: what is passed on the way is not saved. */
  const change = (templateId: string) => {
    if (save.isPending) return;
    if (byKeys.current) setDraft(templateId);
    else choose(templateId);
  };
  const settle = () => {
    setDraft(undefined);
    if (draft !== undefined && draft !== now) choose(draft);
  };
  const press = ({ key }: KeyboardEvent) => {
    byKeys.current = true;
    if (key === "Enter") settle();
    if (key === "Escape") setDraft(undefined);
  };

  return (
    <NativeSelect
      size="xs"
      onFocus={() => {
        byKeys.current = false;
        setNear(true);
      }}
      onPointerDown={() => (byKeys.current = false)}
      onKeyDown={press}
      onBlur={settle}
      description={draft !== undefined && t("settings.board.enterSaves")}
      onPointerEnter={() => setNear(true)}
      className={shown.active ? undefined : "sends-nothing"}
      aria-label={where}
      value={draft ?? now}
      onChange={({ currentTarget }) => change(currentTarget.value)}
      error={save.isError && <Why error={save.error} />}
    >
      <option value="">{t("settings.board.nothing")}</option>
      {named && !offered.some(({ id }) => id === named.id) && (
        <option value={named.id}>{named.name ?? t("settings.board.unknownTemplate")}</option>
      )}
      {offered.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}

function Why({ error }: { error: Error }) {
  const { title, detail } = useSentence(error);
  return `${title}. ${detail}`;
}
