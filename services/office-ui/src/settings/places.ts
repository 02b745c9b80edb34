// The pages of the settings, as far as one's roles let one.
import { useTranslation } from "react-i18next";
import type { Place } from "../app/places";
import { useSession } from "../session/useSession";

const PLACES = ["messages", "regions", "emails", "reminders", "company", "sending", "changes"] as const;

export function useSettingsPlaces(): Place[] {
  const { t } = useTranslation();
  const session = useSession();
  if (!session.isOffice) return [];
  return PLACES.filter((place) => place !== "changes" || session.has("admin")).map((place) => ({
    to: `/settings/${place}`,
    label: t(`settings.places.${place}`),
  }));
}
