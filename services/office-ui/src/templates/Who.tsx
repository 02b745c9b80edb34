// Who did it, as their token called them then.
import { useTranslation } from "react-i18next";
import { useSession } from "../session/useSession";

export function Who({ id, name }: { id: string; name: string | null }) {
  const { t } = useTranslation();
  const session = useSession();
  if (id === session.id) return t("templates.changes.you");
  if (id === "fieldbell") return t("templates.changes.us");
  return name ?? t("templates.changes.colleague");
}
