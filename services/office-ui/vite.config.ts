import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { config, proxies } from "./build/origin.ts";

const server = {
  host: "127.0.0.1",
  port: Number(process.env.PORT ?? 8100),
  strictPort: true,
  proxy: proxies(),
};

export default defineConfig({
  plugins: [react(), config()],
  server,
  preview: server,
  build: {
    target: "es2024",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
});
