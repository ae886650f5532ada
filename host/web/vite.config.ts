import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { precompress } from "./precompress.ts";

const server = process.env["GLOVEBOX_URL"] ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    outDir: process.env["GLOVEBOX_WEB"] ?? "dist",
    emptyOutDir: true,
    // Nothing becomes part of a page or a style sheet as data: the policy of the pages lets scripts and fonts come from
    // files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // What the licences of the libraries ask for: their words come along.
    license: { fileName: "licences.md" },
    target: "es2022",
    // The largest lazy part is the library of charts.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        // What every page needs and what rarely changes, so that a new version of the app leaves it in the cache.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
            { name: "tanstack-query", test: /node_modules\/@tanstack\/(react-query|query-core)\// },
          ],
        },
      },
    },
  },
  server: {
    // The server takes changes with cookies from its own origin, which for it is the proxy's target.
    proxy: Object.fromEntries(
      ["/api", "/auth", "/health", "/docs"].map((path) => [path, { target: server, changeOrigin: false }]),
    ),
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
