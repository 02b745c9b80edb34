// What the gateway does, for Vite's own servers: the API's paths and /config.json on the origin of the pages.
import { readFileSync } from "node:fs";
import type { Connect, Plugin, ProxyOptions } from "vite";

const PORTS = { status: 8101, customer: 8102, template: 8103, notifier: 8104, sandbox_http: 8110 };
const FIRST_OF_ALL = ["notifier", "status", "customer", "template"] as const;

/** The address of a part of the local stack, as FIELDBELL_PORT_* moves it. */
function address(part: keyof typeof PORTS): string {
  const port = process.env[`FIELDBELL_PORT_${part.toUpperCase()}`] ?? PORTS[part];
  return `http://127.0.0.1:${port}`;
}

/** Each path of each service's OpenAPI leads to that service. */
export function proxies(): Record<string, ProxyOptions> {
  return Object.fromEntries(
    FIRST_OF_ALL.flatMap((service) =>
      paths(service).map((path) => [pattern(path), { target: address(service) }] as const),
    ),
  );
}

function paths(service: string): string[] {
  const url = new URL(`../../../contracts/openapi/${service}-svc.json`, import.meta.url);
  const document = JSON.parse(readFileSync(url, "utf8")) as { paths: Record<string, unknown> };
  return Object.keys(document.paths).filter((path) => path.startsWith("/v1/"));
}

function pattern(path: string): string {
  return `^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/?]+")}(\\?.*)?$`;
}

/** Answers /config.json: who signs people in. */
export function config(): Plugin {
  const body = JSON.stringify({ issuer: `${address("sandbox_http")}/identity`, client_id: "office-ui" });
  const answer: Connect.SimpleHandleFunction = (_, response) => {
    response.setHeader("Content-Type", "application/json").end(body);
  };
  return {
    name: "fieldbell-config",
    configureServer: ({ middlewares }) => void middlewares.use("/config.json", answer),
    configurePreviewServer: ({ middlewares }) => void middlewares.use("/config.json", answer),
  };
}
