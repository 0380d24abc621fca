import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { NotFound } from "./shell/not-found.tsx";
import { RouteProblem } from "./shell/route-problem.tsx";
import { Shell } from "./shell/shell.tsx";
import { wizardSteps, type WizardStep } from "./wizard/wizard-steps.ts";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/networks" });
  },
});

const networks = createRoute({
  getParentRoute: () => root,
  path: "/networks",
  component: lazyRouteComponent(() => import("./networks/networks-page.tsx"), "NetworksPage"),
});

const wizard = createRoute({
  getParentRoute: () => root,
  path: "/networks/new",
  validateSearch: ({ step }): { step?: WizardStep } => {
    // The raw search is passed on as well, so what is wrong in it has to be written over.
    return { step: wizardSteps.find((one) => one === step) ?? "start" };
  },
  component: lazyRouteComponent(() => import("./wizard/wizard-page.tsx"), "WizardPage"),
});

const operations = createRoute({
  getParentRoute: () => root,
  path: "/operations",
  component: lazyRouteComponent(() => import("./operations/operations-page.tsx"), "OperationsPage"),
});

const operation = createRoute({
  getParentRoute: () => root,
  path: "/operations/$id",
  component: lazyRouteComponent(() => import("./operations/operation-page.tsx"), "OperationPage"),
});

const about = createRoute({
  getParentRoute: () => root,
  path: "/about",
  component: lazyRouteComponent(() => import("./about/about-page.tsx"), "AboutPage"),
});

const network = createRoute({
  getParentRoute: () => root,
  path: "/networks/$name",
  component: lazyRouteComponent(() => import("./network/network-layout.tsx"), "NetworkLayout"),
});

const overview = createRoute({
  getParentRoute: () => network,
  path: "/",
  component: lazyRouteComponent(() => import("./network/overview.tsx"), "Overview"),
});

const settings = createRoute({
  getParentRoute: () => network,
  path: "/settings",
  component: lazyRouteComponent(() => import("./settings/settings-section.tsx"), "SettingsSection"),
});

const networkOperations = createRoute({
  getParentRoute: () => network,
  path: "/operations",
  component: lazyRouteComponent(() => import("./operations/network-operations.tsx"), "NetworkOperations"),
});

const routeTree = root.addChildren([
  home,
  networks,
  wizard,
  operations,
  operation,
  about,
  network.addChildren([overview, settings, networkOperations]),
]);

/** Where each address leads. Each screen is a chunk of its own, fetched when a link to it is pointed at. */
export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: RouteProblem,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
