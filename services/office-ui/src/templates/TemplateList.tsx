// All templates by channel: searched, and by state.
import { Button, Group, NativeSelect, SegmentedControl } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Template } from "../api/types";
import { Empty } from "../parts/Empty";
import { More } from "../parts/More";
import { PageHead } from "../parts/PageHead";
import { SearchField } from "../parts/SearchField";
import { Trouble } from "../parts/Trouble";
import { useFilters } from "../parts/useFilters";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { useSession } from "../session/useSession";
import { languageName } from "./languages";
import { NewTemplate } from "./NewTemplate";
import { type TemplateFilters, useTemplates } from "./queries";
import { Standing } from "./standing";

export const CHANNELS = ["email", "sms", "voice"] as const;
const STATES = ["published", "draft", "archived"] as const;

function useChosen(): TemplateFilters {
  const { get } = useFilters();
  return {
    words: get("q"),
    channel: CHANNELS.find((channel) => channel === get("channel")) ?? "email",
    state: STATES.find((state) => state === get("state")),
  };
}

export function TemplateList() {
  const { t } = useTranslation();
  const session = useSession();
  const { channel } = useChosen();
  const [making, { open, close }] = useDisclosure();
  return (
    <>
      <PageHead title={t("templates.title")}>
        {session.has("admin") && <Button onClick={open}>{t("templates.new.open")}</Button>}
      </PageHead>
      <NewTemplate opened={making} onClose={close} channel={channel} />
      <Filters />
      <Templates />
    </>
  );
}

function Filters() {
  const { t } = useTranslation();
  const { set } = useFilters();
  const { words, channel, state } = useChosen();
  return (
    <Group align="flex-end" mb="md">
      <SegmentedControl
        aria-label={t("templates.channel")}
        value={channel}
        onChange={(value) => set({ channel: value })}
        data={CHANNELS.map((each) => ({ value: each, label: t(`channel.${each}`) }))}
      />
      <SearchField label={t("templates.search")} value={words} onSearch={(q) => set({ q })} />
      <NativeSelect
        label={t("templates.state")}
        value={state ?? ""}
        onChange={({ currentTarget }) => set({ state: currentTarget.value })}
        data={[
          { value: "", label: t("templates.states.any") },
          ...STATES.map((each) => ({ value: each, label: t(`templates.states.${each}`) })),
        ]}
      />
    </Group>
  );
}

function Templates() {
  const { t } = useTranslation();
  const filters = useChosen();
  const templates = useTemplates(filters);
  if (templates.isPending) return <Waiting lines={10} />;
  if (templates.isError) return <Trouble error={templates.error} retry={() => void templates.refetch()} />;
  const rows = templates.data.pages.flatMap((page) => page.items);
  if (rows.length === 0)
    return <Empty>{filters.words || filters.state ? t("templates.noneFound") : t("templates.none")}</Empty>;
  return (
    <>
      <table className="grid" aria-label={t("templates.title")}>
        <thead>
          <tr>
            <th scope="col">{t("templates.template")}</th>
            <th scope="col">{t("templates.usedBy")}</th>
            <th scope="col">{t("templates.state")}</th>
            <th scope="col">{t("templates.languages")}</th>
            <th scope="col">{t("templates.changed")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((template) => (
            <Row key={template.id} template={template} asOf={templates.dataUpdatedAt} />
          ))}
        </tbody>
      </table>
      <More pages={templates} />
    </>
  );
}

/** Shown at once where it is opened, as old as it is; nothing newer is replaced by it. */
function useShown(template: Template, asOf: number) {
  const queries = useQueryClient();
  return () => {
    const key = ["template", template.id];
    const known = queries.getQueryState(key)?.dataUpdatedAt ?? 0;
    if (known < asOf) queries.setQueryData(key, template, { updatedAt: asOf });
  };
}

function Row({ template, asOf }: { template: Template; asOf: number }) {
  const { t } = useTranslation();
  const show = useShown(template, asOf);
  const { default_locale: standard, variants, used_by: rules } = template;
  const languages = Object.keys(variants).sort(
    (one, other) => Number(other === standard) - Number(one === standard),
  );
  return (
    <tr>
      <td>
        <Link className="whole-row" to={`/templates/${template.id}`} onClick={show}>
          {template.name}
        </Link>
      </td>
      <td>
        {rules.length === 0 && <span className="quiet">{t("templates.unused")}</span>}
        {rules.map(({ id, name, active }) => (
          <div key={id} className={active ? undefined : "quiet"}>
            {active ? name : t("templates.off", { name })}
          </div>
        ))}
      </td>
      <td>
        <Standing template={template} />
      </td>
      <td>{languages.map(languageName).join(", ")}</td>
      <td className="narrow quiet">
        <When at={template.updated_at} />
      </td>
    </tr>
  );
}
