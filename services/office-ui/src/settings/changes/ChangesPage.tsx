// The change log: who changed what of the settings, when, from what to what.
import { Group, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty } from "../../parts/Empty";
import { More } from "../../parts/More";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { useFilters } from "../../parts/useFilters";
import { Waiting } from "../../parts/Waiting";
import { Moment } from "../../parts/When";
import { useSession } from "../../session/useSession";
import { ABOUTS } from "./abouts";
import { ChangeLine } from "./ChangeLine";
import { type Change, type Filters, useChanges } from "./queries";
import { useNames } from "./useNames";

export function ChangesPage() {
  const { t } = useTranslation();
  const { get } = useFilters();
  const filters: Filters = {
    about: ABOUTS.find((about) => about === get("about")) ?? "all",
    actor: get("by"),
    since: get("since"),
    until: get("until"),
  };
  const changes = useChanges(filters);
  return (
    <>
      <PageHead title={t("settings.places.changes")} />
      <Narrow filters={filters} shown={changes.data ?? []} />
      {changes.isPending ? (
        <Waiting lines={10} />
      ) : changes.isError ? (
        <Trouble error={changes.error} retry={() => void changes.refetch()} />
      ) : changes.data.length === 0 ? (
        <Empty>
          {t(
            filters.about !== "all" || filters.actor || filters.since || filters.until
              ? "settings.changes.noneFound"
              : "settings.changes.none",
          )}
        </Empty>
      ) : (
        <>
          <Lines changes={changes.data} />
          <More pages={changes} />
        </>
      )}
    </>
  );
}

function Lines({ changes }: { changes: Change[] }) {
  const names = useNames(changes);
  const { t } = useTranslation();
  return (
    <ol className="timeline changes" aria-label={t("settings.places.changes")}>
      {changes.map((change) => (
        <li key={change.key}>
          <span className="quiet">
            <Moment at={change.at} />
          </span>
          <ChangeLine change={change} names={names} />
        </li>
      ))}
    </ol>
  );
}

function Narrow({ filters, shown }: { filters: Filters; shown: Change[] }) {
  const { t } = useTranslation();
  const { set } = useFilters();
  const session = useSession();
  const people = new Map([[session.id, session.name]]);
  for (const { actor, actorName } of shown) if (actorName) people.set(actor, actorName);
  if (filters.actor && !people.has(filters.actor)) people.set(filters.actor, t("who.colleague"));
  return (
    <Group align="flex-end" mb="md">
      <NativeSelect
        label={t("settings.changes.about")}
        value={filters.about}
        onChange={({ currentTarget }) => set({ about: currentTarget.value })}
        data={ABOUTS.map((about) => ({ value: about, label: t(`settings.changes.abouts.${about}`) }))}
      />
      <NativeSelect
        label={t("settings.changes.who")}
        value={filters.actor ?? ""}
        onChange={({ currentTarget }) => set({ by: currentTarget.value })}
        data={[
          { value: "", label: t("settings.changes.anybody") },
          ...[...people].map(([value, label]) => ({ value, label })),
        ]}
      />
      {(["since", "until"] as const).map((end) => (
        <TextInput
          key={end}
          type="date"
          label={t(`settings.changes.${end}`)}
          value={filters[end] ?? ""}
          onChange={({ currentTarget }) => set({ [end]: currentTarget.value })}
        />
      ))}
    </Group>
  );
}
