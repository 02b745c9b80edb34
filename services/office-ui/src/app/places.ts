// Where one can go, as far as one's roles let one.
import { useTranslation } from "react-i18next";
import { useSession } from "../session/useSession";

export interface Place {
  to: string;
  label: string;
}

export function usePlaces(): Place[] {
  const { t } = useTranslation();
  const session = useSession();
  const jobs = { to: "/jobs", label: t("places.jobs") };
  const customers = { to: "/customers", label: t("places.customers") };
  if (!session.isOffice) return [jobs, customers];
  return [
    { to: "/home", label: t("places.home") },
    jobs,
    { to: "/requests", label: t("places.requests") },
    customers,
    { to: "/deliveries", label: t("places.deliveries") },
    { to: "/templates", label: t("places.templates") },
    { to: "/settings", label: t("places.settings") },
  ];
}
