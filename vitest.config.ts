import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@heddle/source"] },
  ssr: { resolve: { conditions: ["@heddle/source"], externalConditions: ["@heddle/source"] } },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
      "scenarios/*/test/**/*.test.ts",
      "e2e/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    execArgv: ["--conditions=@heddle/source"],
  },
});
