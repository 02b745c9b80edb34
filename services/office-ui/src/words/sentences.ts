// An error in the words of a helpful colleague.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Refusal } from "../api/refusal";

export interface Sentence {
  title: string;
  detail: string;
}

const KNOWN = {
  0: "offline",
  401: "unknown",
  403: "forbidden",
  404: "missing",
  412: "stale",
  429: "busy",
  503: "down",
} as const;

/** What happened, and what to do about it. Refusals of a business kind bring their own words. */
export function sentenceOf(error: Error, t: TFunction): Sentence {
  if (!(error instanceof Refusal)) return { title: t("trouble.bug.title"), detail: t("trouble.bug.detail") };
  const kind = isKnown(error.status) && !isOwn(error) ? KNOWN[error.status] : undefined;
  if (kind) {
    const seconds = error.retryAfter ?? 10;
    return { title: t(`trouble.${kind}.title`), detail: t(`trouble.${kind}.detail`, { seconds }) };
  }
  if (error.status >= 500) return { title: t("trouble.down.title"), detail: t("trouble.down.detail") };
  return { title: t("trouble.refused"), detail: error.problem.detail ?? error.message };
}

/** A "no" that is not about the role, but about what was asked for. */
function isOwn({ status, slug }: Refusal): boolean {
  return status === 403 && !["", "forbidden"].includes(slug);
}

export function useSentence(error: Error): Sentence {
  const { t } = useTranslation();
  return sentenceOf(error, t);
}

function isKnown(status: number): status is keyof typeof KNOWN {
  return status in KNOWN;
}
