// Who did it, as far as the services know: one's own name is known to one's session only.
import { useTranslation } from "react-i18next";
import { useSession } from "../session/useSession";

export function Who({ id }: { id: string }) {
  const { t } = useTranslation();
  const session = useSession();
  if (id === session.id) return t("templates.changes.you");
  if (id === "fieldbell") return t("templates.changes.us");
  return <span title={id}>{t("templates.changes.colleague", { id: id.slice(0, 8) })}</span>;
}
