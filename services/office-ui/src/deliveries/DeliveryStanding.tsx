// Where a delivery stands: the word, with its dot.
import { useTranslation } from "react-i18next";
import type { Delivery } from "../api/types";
import { Dot } from "../parts/Dot";
import { COLOURS, standing } from "./standing";

export function DeliveryStanding({ delivery }: { delivery: Pick<Delivery, "state"> }) {
  const { t } = useTranslation();
  return <Dot colour={COLOURS[standing(delivery)]}>{t(`state.${delivery.state}`)}</Dot>;
}
