// Filters of a list live in its address: they can be sent to a colleague, and survive Back.
import { useSearchParams } from "react-router";

export function useFilters() {
  const [params, setParams] = useSearchParams();
  const set = (changes: Record<string, string | null>) => {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  };
  return { get: (name: string) => params.get(name) ?? undefined, set };
}
