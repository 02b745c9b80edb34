// What is sent when something else than a status happens: a row an event.
import { useTranslation } from "react-i18next";
import type { BoardRow } from "../../api/types";
import { Cells, CHANNELS } from "./Cells";

interface Props {
  rows: BoardRow[];
  label: string;
  region?: { id: string; name: string };
}

export function EventTable({ rows, label, region }: Props) {
  const { t } = useTranslation();
  return (
    <table className="grid board" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("settings.board.when")}</th>
          {CHANNELS.map((channel) => (
            <th key={channel} scope="col">
              {t(`channel.${channel}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.status_id ?? row.trigger}>
            <td>{row.title}</td>
            <Cells title={row.title} row={row} region={region} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
