import { readFileSync } from "node:fs";
import path from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** In development the console asks a server of its own home, with that server's token: HEDDLE_HOME=... npm run dev. */
function developmentServer(): { target: string; token: string } | undefined {
  const home = process.env["HEDDLE_HOME"];
  if (home === undefined) return undefined;
  const { url, token } = JSON.parse(readFileSync(path.join(home, "server.json"), "utf8")) as { url: string; token: string };
  return { target: url, token };
}

export default defineConfig(({ command }) => {
  const server = command === "serve" ? developmentServer() : undefined;
  return {
    plugins: [react()],
    resolve: { conditions: ["@heddle/source", "module", "browser", "development|production"] },
    html: { cspNonce: "__CSP_NONCE__" },
    build: {
      target: "es2024",
      assetsInlineLimit: 0,
      manifest: true,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 900,
    },
    server: {
      host: "127.0.0.1",
      ...(server === undefined
        ? {}
        : {
            proxy: {
              "/api": {
                target: server.target,
                changeOrigin: true,
                headers: { authorization: `Bearer ${server.token}` },
              },
            },
          }),
    },
  };
});
