// The table itself. Only the rows in sight are there, however long the list.
import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Summary } from "../../api/types";
import { Dot } from "../../parts/Dot";
import { Empty } from "../../parts/Empty";
import { Trouble } from "../../parts/Trouble";
import { type RowPlace, VirtualRows } from "../../parts/VirtualRows";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { phoneNumber } from "../../words/phones";
import { useCustomers } from "../queries";
import { useChosen } from "./chosen";
import { Picked } from "./Picked";
import { useSelection } from "./selection";

const COLUMNS = 5;
const ROW = 60;

export function Customers() {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const chosen = useChosen();
  const customers = useCustomers(chosen);
  const picking = useSelection(chosen.matching);
  if (customers.isPending) return <Waiting lines={10} />;
  if (customers.isError && !customers.data)
    return <Trouble error={customers.error} retry={() => void customers.refetch()} />;
  const rows = customers.data.pages.flatMap((page) => page.items);
  const isPicked = ({ id }: Summary) => picking.selection.everyone || picking.selection.ids.has(id);
  const allPicked = rows.every(isPicked);
  if (rows.length === 0) {
    const narrowed = Object.values(chosen.matching).some(Boolean);
    return <Empty>{narrowed ? t("customers.noneFound") : t("customers.none")}</Empty>;
  }
  const { hasNextPage, isFetching, isError } = customers;
  const more = () => {
    if (hasNextPage && !isFetching && !isError) void customers.fetchNextPage();
  };
  return (
    <>
      <table
        className="grid"
        aria-label={t("customers.title")}
        aria-rowcount={hasNextPage ? -1 : rows.length + 1}
      >
        <thead>
          <tr>
            {isOffice && (
              <th scope="col">
                <Checkbox
                  aria-label={t("customers.select.shown")}
                  checked={allPicked}
                  indeterminate={!allPicked && rows.some(isPicked)}
                  onChange={({ currentTarget }) =>
                    picking.pick(
                      rows.map(({ id }) => id),
                      currentTarget.checked,
                    )
                  }
                />
              </th>
            )}
            <th scope="col">{t("customers.customer")}</th>
            <th scope="col">{t("customers.contact")}</th>
            <th scope="col">{t("customers.email")}</th>
            <th scope="col">{t("customers.phone")}</th>
          </tr>
        </thead>
        <VirtualRows
          of={JSON.stringify(chosen)}
          items={rows}
          height={ROW}
          columns={COLUMNS}
          onEnd={more}
          row={(customer, place) => (
            <Row
              key={customer.id}
              customer={customer}
              place={place}
              picked={isPicked(customer)}
              onPick={isOffice ? (on) => picking.pick([customer.id], on) : undefined}
            />
          )}
        />
      </table>
      {customers.isError && <Trouble error={customers.error} retry={() => void customers.fetchNextPage()} />}
      {isOffice && <Picked matching={chosen.matching} picking={picking} whole={!hasNextPage} />}
    </>
  );
}

interface RowProps {
  customer: Summary;
  place: RowPlace;
  picked: boolean;
  onPick: ((on: boolean) => void) | undefined;
}

function Row({ customer, place, picked, onPick }: RowProps) {
  const { t } = useTranslation();
  const about = [customer.kind === "commercial" && t("customers.commercial"), ...customer.tags].filter(
    Boolean,
  );
  return (
    <tr {...place}>
      {onPick && (
        <td className="pick">
          <Checkbox
            className="above"
            aria-label={t("customers.select.one", customer)}
            checked={picked}
            onChange={({ currentTarget }) => onPick(currentTarget.checked)}
          />
        </td>
      )}
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
      <td className="email">{customer.email}</td>
      <td className="narrow">{customer.phone && phoneNumber(customer.phone)}</td>
    </tr>
  );
}
