import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { precompress } from "./precompress.ts";
import { preload } from "./preload.ts";

const server = process.env["GLOVEBOX_URL"] ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), preload("chat"), precompress()],
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
        // A few files with all that the first page needs, in the place of the dozens of small ones that pages share. Each
        // has its modules with everything that they import, but for what an earlier one has already.
        codeSplitting: {
          groups: [
            // What rarely changes, so that a new version of the app leaves it in the cache.
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\//, priority: 4 },
            { name: "tanstack-query", test: /node_modules\/@tanstack\/(react-query|query-core)\//, priority: 4 },
            { name: "base", test: /src\/app\.tsx$/, priority: 3 },
            // What the chat has in common with the log-in page, and with a shared conversation.
            { name: "entrance", test: /\/account\/entrance\.tsx$|\/TextInput\.mjs$/, priority: 2 },
            { name: "menus", test: /\/(Menu|Tooltip)\.mjs$/, priority: 2 },
            { name: "chat", test: /\/(shell\/shell|chat\/conversation-page)\.tsx$/, priority: 1 },
            { name: "messages", test: /\/chat\/message-list\.tsx$/ },
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
