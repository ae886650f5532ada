// Tests of the whole: a real browser before a real server. `npm run e2e`, or one file: `npm run e2e -- first-minute`.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    globalSetup: ["./server.ts"],
    // One browser at a time: what is looked at is how it behaves, not how the machine holds out.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
