// What stops messages to an address, beside it. What its phone's consent says already is not said twice.
import { useTranslation } from "react-i18next";
import type { Block, Customer } from "../../api/types";
import { Dot } from "../../parts/Dot";
import { phonesOf, useBlocks } from "../queries";

interface Props {
  customer: Customer;
  address: string;
}

export function StoppedHere({ customer, address }: Props) {
  const { t } = useTranslation();
  const blocks = useBlocks(customer.id).data?.pages.flatMap((page) => page.items) ?? [];
  return blocks
    .filter((block) => isAbout(block, customer, address) && !SAID_BY_CONSENT.has(block.cause))
    .map(({ id, scope, cause }) => (
      <Dot key={id} colour="var(--fb-bad)">
        {t("customer.optOuts.here", {
          scope: t(`customer.optOuts.scope.${scope}`),
          cause: t(`customer.optOuts.cause.${cause}`),
        })}
      </Dot>
    ));
}

const SAID_BY_CONSENT: ReadonlySet<Block["cause"]> = new Set(["landline", "opted_out"]);

/** A block keeps only what recognises an address: where two of the customer's look alike nothing is said of either. */
function isAbout({ masked_address }: Block, customer: Customer, address: string): boolean {
  const alike = new Set(addressesOf(customer).filter((each) => mask(each) === masked_address));
  return alike.size === 1 && alike.has(address.toLowerCase());
}

function addressesOf(customer: Customer): string[] {
  const people = [
    ...customer.contacts,
    ...customer.service_addresses.flatMap(({ recipients }) => recipients),
  ];
  const emails = people.flatMap((each) =>
    each.emails.map((email) => (typeof email === "string" ? email : email.address)),
  );
  return [...emails, ...phonesOf(customer).map(({ number }) => number)].map((each) => each.toLowerCase());
}

/** As the log and the blocks show an address: `m***@example.com`, `+1*******42`. */
function mask(address: string): string {
  const at = address.lastIndexOf("@");
  if (at >= 0) return `${address.slice(0, Math.min(1, at))}***${address.slice(at)}`;
  return `${address.slice(0, 2)}${"*".repeat(Math.max(0, address.length - 4))}${address.slice(-2)}`;
}
