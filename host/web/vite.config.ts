import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { precompress } from "./precompress.ts";
import { preload } from "./preload.ts";

const server = process.env["GLOVEBOX_URL"] ?? "http://localhost:8080";

/** What the chat has in common with the log-in page, which must not fetch the chat for it (`e2e/budget.test.ts`). */
const WITH_ENTRANCE = named(
  "entrance.tsx way-back.ts TextInput.mjs InlineInput.mjs ActionIcon.mjs CheckIcon.mjs IconCheck.mjs VisuallyHidden.mjs",
  "use-merged-ref.mjs use-uncontrolled.mjs",
);
/** The same with a shared conversation. */
const WITH_SHARED = named(
  "answer.ts message.ts tree.ts messages.ts conversations.ts dates.ts numbers.ts",
  "Menu.mjs Tooltip.mjs Skeleton.mjs use-disclosure.mjs use-window-event.mjs use-color-scheme.mjs",
  "use-mantine-color-scheme.mjs IconAlertTriangle.mjs IconArrowUp.mjs IconFileTypeCsv.mjs IconMessagePlus.mjs",
  "IconPaperclip.mjs IconPencil.mjs IconTrash.mjs",
);

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
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\//, priority: 5 },
            { name: "tanstack-query", test: /node_modules\/@tanstack\/(react-query|query-core)\//, priority: 5 },
            { name: "base", test: /src\/app\.tsx$/, priority: 4 },
            { name: "entrance", test: WITH_ENTRANCE, priority: 3 },
            { name: "shared", test: WITH_SHARED, priority: 2 },
            { name: "chat", test: /\/(shell\/(shell|crashed-page)|chat\/conversation-page)\.tsx$/, priority: 1 },
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

/** Whether a module's file has one of the names. */
function named(...names: string[]) {
  const wanted = new Set(names.join(" ").split(" "));
  return (id: string) => wanted.has(id.slice(id.lastIndexOf("/") + 1));
}
