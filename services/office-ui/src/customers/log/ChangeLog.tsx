// All that was changed about a customer: what, when, by whom, from what to what.
import { Group, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Change, Customer } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { More } from "../../parts/More";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { useFilters } from "../../parts/useFilters";
import { Waiting } from "../../parts/Waiting";
import { Moment } from "../../parts/When";
import { useSession } from "../../session/useSession";
import { customerWords } from "../../words/en/customer";
import { useChanges, useCompany, useCustomer } from "../queries";
import { actorWords, changeWords, ofWhom } from "./words";

type Field = keyof typeof customerWords.customer.log.fields;
const FIELDS = Object.keys(customerWords.customer.log.fields) as Field[];

export function ChangeLog() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const customer = useCustomer(id);
  if (customer.isPending) return <Waiting />;
  if (customer.isError) return <Trouble error={customer.error} retry={() => void customer.refetch()} />;
  return (
    <>
      <PageHead title={t("customer.log.title", customer.data)}>
        <Link to={`/customers/${id}`}>{t("customer.log.back", customer.data)}</Link>
      </PageHead>
      <Filters id={id} />
      <Log customer={customer.data} />
    </>
  );
}

function Filters({ id }: { id: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const { get, set } = useFilters();
  const colleagues = useColleagues(id);
  const by = (name: string) => ({
    value: get(name) ?? "",
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLSelectElement }) =>
      set({ [name]: currentTarget.value }),
  });
  return (
    <Group align="flex-end" mb="md">
      <NativeSelect
        label={t("customer.log.about")}
        data={[
          { value: "", label: t("customer.log.anything") },
          ...FIELDS.map((field) => ({ value: field, label: t(`customer.log.fields.${field}`) })),
        ]}
        {...by("field")}
      />
      <NativeSelect
        label={t("customer.log.by")}
        data={[
          { value: "", label: t("customer.log.anybody") },
          { value: session.id, label: t("who.you") },
          { value: "customer", label: t("who.customer") },
          ...colleagues.map(([value, label]) => ({ value, label })),
        ]}
        {...by("actor")}
      />
      <TextInput type="date" label={t("customer.log.since")} {...by("since")} />
      <TextInput type="date" label={t("customer.log.until")} {...by("until")} />
    </Group>
  );
}

/** Who else stands in the log, by name; of anybody, so that one choice does not hide the others, and who is chosen. */
function useColleagues(id: string): [string, string][] {
  const { t } = useTranslation();
  const session = useSession();
  const wanted = useWanted();
  const logs = [useChanges(id, { ...wanted, actor: undefined }), useChanges(id, wanted)];
  const changes = logs.flatMap(({ data }) => data?.pages.flatMap((page) => page.items) ?? []);
  const others = changes.flatMap(({ actor, actor_name, how }): [string, string][] =>
    actor_name && how !== "portal" ? [[actor, actor_name]] : [],
  );
  const named = new Map(others);
  if (wanted.actor && !named.has(wanted.actor)) named.set(wanted.actor, t("who.colleague"));
  return [...named]
    .filter(([actor]) => actor !== session.id && actor !== "customer")
    .sort(([, a], [, b]) => a.localeCompare(b));
}

function useWanted() {
  const { get } = useFilters();
  const [since, until] = [get("since"), get("until")];
  return {
    field: get("field")?.replaceAll("-", "."),
    actor: get("actor"),
    since: since && midnight(since),
    until: until && midnight(until, 1),
  };
}

function Log({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const filters = useWanted();
  const log = useChanges(customer.id, filters);
  if (log.isPending) return <Waiting />;
  if (log.isError) return <Trouble error={log.error} retry={() => void log.refetch()} />;
  const changes = log.data.pages.flatMap((page) => page.items);
  if (changes.length === 0) {
    return (
      <Empty>
        {t(Object.values(filters).some(Boolean) ? "customer.log.noneFound" : "customer.log.none")}
      </Empty>
    );
  }
  return (
    <section className="card" aria-label={t("customer.changes")}>
      <ol className="timeline">
        {changes.map((change) => (
          <Entry key={change.id} change={change} customer={customer} />
        ))}
      </ol>
      <More pages={log} />
    </section>
  );
}

function Entry({ change, customer }: { change: Change; customer: Customer }) {
  const { t } = useTranslation();
  const session = useSession();
  const company = useCompany().data;
  const who = ofWhom(change, customer);
  return (
    <li>
      <span className="quiet">
        <Moment at={change.at} />
      </span>
      <span style={{ overflowWrap: "anywhere" }}>
        {changeWords(change, t, company)}
        <span className="quiet">
          {who && ` · ${t("customer.log.of", { who })}`}
          {` · ${actorWords(change, session, t)}`}
        </span>
      </span>
    </li>
  );
}

/** The beginning of a day, here, or of one after it. */
function midnight(day: string, later = 0): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
