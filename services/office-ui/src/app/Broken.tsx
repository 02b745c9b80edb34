// A page that broke, or that there is none of: said so, with a way on.
import { isRouteErrorResponse, useRouteError } from "react-router";
import { Refusal } from "../api/refusal";
import { Trouble } from "../parts/Trouble";

export function Broken() {
  const error = useRouteError();
  if (isRouteErrorResponse(error)) return <Trouble error={new Refusal(error.status)} />;
  const reload = () => window.location.reload();
  return <Trouble error={error instanceof Error ? error : new Error(String(error))} retry={reload} />;
}

export function Missing() {
  return <Trouble error={new Refusal(404)} />;
}
