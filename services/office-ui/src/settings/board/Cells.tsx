// A row's three cells: by email, by text and by call.
import { useTranslation } from "react-i18next";
import type { BoardRow, RuleOnBoard } from "../../api/types";
import { Cell } from "./Cell";

export const CHANNELS = ["email", "sms", "voice"] as const;

interface Props {
  title: string;
  row: Pick<BoardRow, "trigger" | "status_id" | "channels">;
  /** Whose row it is; the company's where absent. */
  region?: { id: string; name: string } | undefined;
}

export function Cells({ title, row, region }: Props) {
  const { t } = useTranslation();
  return CHANNELS.map((channel) => (
    <Cell
      key={channel}
      title={title}
      name={[region?.name, channel !== "email" && t(`channel.${channel}`), title].filter(Boolean).join(": ")}
      place={{ trigger: row.trigger, channel, statusId: row.status_id, regionId: region?.id ?? null }}
      rules={row.channels[channel] ?? NONE}
    />
  ));
}

const NONE: RuleOnBoard[] = [];
