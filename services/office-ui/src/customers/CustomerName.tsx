// A customer's name, where a page knows only the id.
import { useTranslation } from "react-i18next";
import { useCustomer } from "./queries";

export function CustomerName({ id }: { id: string }) {
  const { data } = useCustomer(id);
  return <span>{data?.name ?? "…"}</span>;
}

/** The same where the page asked for many at once: undefined is not known yet, no words are nobody any more. */
export function NameOf({ name }: { name: string | undefined }) {
  const { t } = useTranslation();
  if (name === "") return <span className="quiet">{t("jobs.deleted")}</span>;
  return <span>{name ?? "…"}</span>;
}
