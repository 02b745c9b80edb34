// Says what was just answered, as the request leaves the list. No answer can be taken back.
import { useTranslation } from "react-i18next";
import { useOffer } from "../parts/Undo";

export type Done = "accepted" | "turnedDown" | "move" | "cancel" | "decline";

export function useDone(customer: string | undefined, onClose: () => void): (what: Done) => void {
  const { t } = useTranslation();
  const offer = useOffer();
  return (what) => {
    offer({ words: t(`requests.done.${what}`, { who: customer ?? "…" }) });
    onClose();
  };
}
