// What is wrong with which field, of a save that was refused.
import { Refusal } from "../api/refusal";

/** By field as the API calls it (`name`, `brand.email`), what is wrong with it; empty where no field is named. */
export function flaws(error: Error | null): Record<string, string> {
  if (!(error instanceof Refusal)) return {};
  const found = error.problem.errors ?? [];
  return Object.fromEntries(found.map(({ field, problem }) => [named(field), plain(problem)]));
}

/** Below which field a refusal of a business kind is said; `undefined`: it is no field's. */
export function flawOf(error: Error | null, slugs: Record<string, string>): Record<string, string> {
  const field = error instanceof Refusal ? slugs[error.slug] : undefined;
  if (!(error instanceof Refusal) || !field) return {};
  return { [field]: [error.problem.title, error.problem.detail].filter(Boolean).join(" ") };
}

function named(path: string): string {
  return path.replace(/^body\./, "");
}

function plain(problem: string): string {
  const words = problem.replace(/^Value error, /, "");
  return words.charAt(0).toUpperCase() + words.slice(1) + (words.endsWith(".") ? "" : ".");
}
