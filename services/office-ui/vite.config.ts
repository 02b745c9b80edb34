import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// While one works on the pages (`npm run dev`), the APIs are those of `make up`.
const gateway = `http://127.0.0.1:${process.env.FIELDBELL_PORT_GATEWAY ?? 8100}`;

export default defineConfig({
  plugins: [react()],
  server: { host: "127.0.0.1", proxy: { "/v1": gateway, "/config.json": gateway } },
  build: {
    target: "es2024",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    // The office's pages, and the preference centre: apart, since a phone loads the second without the first.
    rolldownOptions: { input: ["index.html", "preferences.html"] },
  },
});
