// A customer's name, where a page knows only the id.
import { useCustomer } from "./queries";

export function CustomerName({ id }: { id: string }) {
  const { data } = useCustomer(id);
  return <span>{data?.name ?? "…"}</span>;
}
