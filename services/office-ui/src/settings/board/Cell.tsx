// What is sent on one occasion by one channel: a template or nothing, and what is special about it.
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RuleOnBoard } from "../../api/types";
import { useSession } from "../../session/useSession";
import { useSentence } from "../../words/sentences";
import { type Place, useSetCell, useTemplates } from "../rules/queries";
import { useDone, whenDone } from "../undo";
import { CellRules } from "./CellRules";

interface Props {
  title: string;
  /** What a new rule of it is called. */
  name: string;
  place: Place;
  rules: RuleOnBoard[];
}

export function Cell({ title, name, place, rules }: Props) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const plain = rules.filter((rule) => isForAll(rule, place));
  const own = plain.length === 1 ? plain[0] : undefined;
  const others = rules.filter((rule) => rule !== own);
  return (
    <td className="cell">
      <span className="cell-label" aria-hidden>
        {t(`channel.${place.channel}`)}
      </span>
      {mayChange && plain.length < 2 ? (
        <Choice title={title} name={name} place={place} rule={own} />
      ) : (
        <span>{own?.active ? (own.template.name ?? own.name) : plain.length < 2 && "–"}</span>
      )}
      <CellRules own={own} others={others} title={title} channel={place.channel} />
      {mayChange && !own && others.length > 0 && plain.length > 1 && (
        <div className="what-for">{t("settings.board.several")}</div>
      )}
    </td>
  );
}

interface ChoiceProps {
  title: string;
  name: string;
  place: Place;
  rule: RuleOnBoard | undefined;
}

function Choice({ title, name, place, rule }: ChoiceProps) {
  const { t } = useTranslation();
  const done = useDone();
  const save = useSetCell(place);
  const templates = (useTemplates().data ?? []).filter(({ channel }) => channel === place.channel);
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
        said: t(wanted.active ? "settings.board.nowSends" : "settings.board.nowNothing", {
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

  return (
    <>
      <NativeSelect
        size="xs"
        className={shown.active ? undefined : "sends-nothing"}
        aria-label={where}
        value={shown.active ? shown.templateId : ""}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        error={save.isError && <Why error={save.error} />}
      >
        <option value="">{t("settings.board.nothing")}</option>
        {named && !templates.some(({ id }) => id === named.id) && (
          <option value={named.id}>{named.name ?? t("settings.board.unknownTemplate")}</option>
        )}
        {templates.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </NativeSelect>
    </>
  );
}

function Why({ error }: { error: Error }) {
  const { title, detail } = useSentence(error);
  return `${title}. ${detail}`;
}

/** Whether it is for whoever the row is for: every customer of the company, or of the region. */
export function isForAll(rule: RuleOnBoard, place: Place): boolean {
  return (
    rule.region_id === (place.regionId ?? null) && rule.tags.length === 0 && rule.customer_kinds.length === 2
  );
}

export function asQuery({ trigger, channel, statusId, regionId }: Place, name: string): string {
  const query = new URLSearchParams({ trigger, channel, name });
  if (statusId) query.set("status", statusId);
  if (regionId) query.set("region", regionId);
  return query.toString();
}
