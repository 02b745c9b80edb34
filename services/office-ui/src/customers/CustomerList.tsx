// Active and archived customers: searched, and narrowed.
import { Button, Checkbox, Group, NativeSelect, SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Summary } from "../api/types";
import { Dot } from "../parts/Dot";
import { Empty } from "../parts/Empty";
import { More } from "../parts/More";
import { PageHead } from "../parts/PageHead";
import { SearchField } from "../parts/SearchField";
import { Trouble } from "../parts/Trouble";
import { useFilters } from "../parts/useFilters";
import { Waiting } from "../parts/Waiting";
import { phoneNumber } from "../words/phones";
import { type CustomerFilters, useCustomers } from "./queries";

const KINDS = ["residential", "commercial"] as const;

function useChosen(): CustomerFilters {
  const { get } = useFilters();
  return {
    words: get("q"),
    archived: get("archived") === "yes",
    blocked: get("blocked") === "yes",
    kind: KINDS.find((kind) => kind === get("kind")),
    tag: get("tag"),
  };
}

export function CustomerList() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("customers.title")} />
      <Filters />
      <Customers />
    </>
  );
}

function Filters() {
  const { t } = useTranslation();
  const { set } = useFilters();
  const { words, archived, blocked, kind, tag } = useChosen();
  return (
    <Group align="flex-end" mb="md">
      <SearchField label={t("customers.search")} value={words} onSearch={(q) => set({ q })} />
      <SegmentedControl
        aria-label={t("customers.which")}
        value={archived ? "yes" : ""}
        onChange={(value) => set({ archived: value })}
        data={[
          { value: "", label: t("customers.active") },
          { value: "yes", label: t("customers.archived") },
        ]}
      />
      <NativeSelect
        aria-label={t("customers.kind")}
        value={kind ?? ""}
        onChange={({ currentTarget }) => set({ kind: currentTarget.value })}
        data={[
          { value: "", label: t("customers.anyKind") },
          ...KINDS.map((each) => ({ value: each, label: t(`customers.${each}`) })),
        ]}
      />
      <Checkbox
        label={t("customers.blockedOnly")}
        checked={blocked}
        onChange={({ currentTarget }) => set({ blocked: currentTarget.checked ? "yes" : null })}
        mb={8}
      />
      {tag && (
        <Button variant="default" onClick={() => set({ tag: null })}>
          {t("customers.tag", { tag })}
        </Button>
      )}
    </Group>
  );
}

function Customers() {
  const { t } = useTranslation();
  const filters = useChosen();
  const customers = useCustomers(filters);
  if (customers.isPending) return <Waiting lines={10} />;
  if (customers.isError) return <Trouble error={customers.error} retry={() => void customers.refetch()} />;
  const rows = customers.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return (
      <Empty>{Object.values(filters).some(Boolean) ? t("customers.noneFound") : t("customers.none")}</Empty>
    );
  }
  return (
    <>
      <table className="grid" aria-label={t("customers.title")}>
        <thead>
          <tr>
            <th scope="col">{t("customers.customer")}</th>
            <th scope="col">{t("customers.contact")}</th>
            <th scope="col">{t("customers.email")}</th>
            <th scope="col">{t("customers.phone")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((customer) => (
            <Row key={customer.id} customer={customer} />
          ))}
        </tbody>
      </table>
      <More pages={customers} />
    </>
  );
}

function Row({ customer }: { customer: Summary }) {
  const { t } = useTranslation();
  const about = [customer.kind === "commercial" && t("customers.commercial"), ...customer.tags].filter(
    Boolean,
  );
  return (
    <tr>
      <td>
        <Link className="whole-row" to={`/customers/${customer.id}`}>
          {customer.name}
        </Link>
        {about.length > 0 && <div className="quiet">{about.join(" · ")}</div>}
        {customer.blocked && (
          <div>
            <Dot colour="var(--fb-bad)">{t("customers.blocked")}</Dot>
          </div>
        )}
      </td>
      <td>{customer.contact}</td>
      <td>{customer.email}</td>
      <td className="narrow">{customer.phone && phoneNumber(customer.phone)}</td>
    </tr>
  );
}
