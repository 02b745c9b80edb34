// What a message is about, in words; a trigger that this page does not know is shown as it is named.
import type { TFunction } from "i18next";
import { en } from "./en";

export function triggerWords(trigger: string, t: TFunction): string {
  return isTrigger(trigger) ? t(`trigger.${trigger}`) : trigger.replaceAll("_", " ");
}

export function isTrigger(trigger: string): trigger is keyof typeof en.trigger {
  return trigger in en.trigger;
}
