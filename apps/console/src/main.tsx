import "@mantine/core/styles.css";
import "./theme/theme.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries.ts";
import { preferredLanguage, startI18n } from "./i18n/i18n.ts";
import { router } from "./router.tsx";
import { Gate } from "./session/gate.tsx";
import { takeLinkCode } from "./session/link-code.ts";
import { sessionQuery } from "./session/session.ts";
import { shareNonce, styleNonce } from "./theme/nonce.ts";
import { theme } from "./theme/theme.ts";

const root = document.querySelector("#root");
if (root === null) throw new Error("the page has no #root");
shareNonce();
const code = takeLinkCode();
if (code === undefined) {
  // Asked for while the catalogue is on its way: who it is, and the screen with its data.
  void queryClient.prefetchQuery(sessionQuery);
  void router.load();
}
await startI18n(preferredLanguage());
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={queryClient}>
        <Gate code={code}>
          <RouterProvider router={router} />
        </Gate>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
