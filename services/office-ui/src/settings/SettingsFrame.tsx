// What is around every page of the settings: where else one can go, what was just done, and the way back from it.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";
import { Refusal } from "../api/refusal";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import { useSettingsPlaces } from "./places";
import "./settings.css";
import { Undoable } from "../parts/Undo";

export function SettingsFrame() {
  const { t } = useTranslation();
  const session = useSession();
  const places = useSettingsPlaces();
  if (!session.isOffice) return <Trouble error={new Refusal(403)} />;
  return (
    <div className="settings">
      <nav aria-label={t("settings.title")} className="settings-places">
        {places.map(({ to, label }) => (
          <NavLink key={to} to={to}>
            {label}
          </NavLink>
        ))}
      </nav>
      <div>
        <Undoable>
          {!session.has("admin") && (
            <Text size="sm" c="dimmed" mb="sm">
              {t("settings.readOnly")}
            </Text>
          )}
          <Outlet />
        </Undoable>
      </div>
    </div>
  );
}
