// Tests of the whole: a real browser before a real server. `npm run e2e`, or one file: `npm run e2e -- first-minute`.
// `npm run figures` measures instead, which is no test: it fails for nothing.
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  test: {
    root: import.meta.dirname,
    include: [mode === "figures" ? "figures.ts" : "**/*.test.ts"],
    globalSetup: ["./server.ts"],
    // One browser at a time: what is looked at is how it behaves, not how the machine holds out.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
