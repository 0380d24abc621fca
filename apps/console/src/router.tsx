import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { networkQuery, networksQuery, queryClient } from "./api/queries.ts";
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
  loader: () => void queryClient.prefetchQuery(networksQuery),
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

const imports = createRoute({
  getParentRoute: () => root,
  path: "/networks/import",
  component: lazyRouteComponent(() => import("./imports/import-page.tsx"), "ImportPage"),
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

const backups = createRoute({
  getParentRoute: () => root,
  path: "/backups",
  component: lazyRouteComponent(() => import("./backups/backups-page.tsx"), "BackupsPage"),
});

const about = createRoute({
  getParentRoute: () => root,
  path: "/about",
  component: lazyRouteComponent(() => import("./about/about-page.tsx"), "AboutPage"),
});

const network = createRoute({
  getParentRoute: () => root,
  path: "/networks/$name",
  loader: ({ params }) => void queryClient.prefetchQuery(networkQuery(params.name)),
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

const nodes = createRoute({
  getParentRoute: () => network,
  path: "/nodes",
  component: lazyRouteComponent(() => import("./nodes/nodes-section.tsx"), "NodesSection"),
});

const channels = createRoute({
  getParentRoute: () => network,
  path: "/channels",
  component: lazyRouteComponent(() => import("./channels/channels-section.tsx"), "ChannelsSection"),
});

const chaincodes = createRoute({
  getParentRoute: () => network,
  path: "/chaincodes",
  component: lazyRouteComponent(() => import("./chaincodes/chaincodes-section.tsx"), "ChaincodesSection"),
});

const deploy = createRoute({
  getParentRoute: () => network,
  path: "/deploy",
  validateSearch: (search): { chaincode?: string; channel?: string; version?: string } =>
    texts(search, ["chaincode", "channel", "version"]),
  component: lazyRouteComponent(() => import("./chaincodes/deploy-section.tsx"), "DeploySection"),
});

const tryIt = createRoute({
  getParentRoute: () => network,
  path: "/try",
  validateSearch: (search): { chaincode?: string; channel?: string; organization?: string; user?: string } =>
    texts(search, ["chaincode", "channel", "organization", "user"]),
  component: lazyRouteComponent(() => import("./try/try-section.tsx"), "TrySection"),
});

const connect = createRoute({
  getParentRoute: () => network,
  path: "/connect",
  component: lazyRouteComponent(() => import("./connect/connect-section.tsx"), "ConnectSection"),
});

const identities = createRoute({
  getParentRoute: () => network,
  path: "/identities",
  component: lazyRouteComponent(() => import("./identities/identities-section.tsx"), "IdentitiesSection"),
});

const certificates = createRoute({
  getParentRoute: () => network,
  path: "/certificates",
  component: lazyRouteComponent(() => import("./certificates/certificates-section.tsx"), "CertificatesSection"),
});

const configuration = createRoute({
  getParentRoute: () => network,
  path: "/configuration",
  component: lazyRouteComponent(() => import("./configuration/configuration-section.tsx"), "ConfigurationSection"),
});

const logs = createRoute({
  getParentRoute: () => network,
  path: "/logs",
  validateSearch: (search): { node?: string } => texts(search, ["node"]),
  component: lazyRouteComponent(() => import("./logs/logs-section.tsx"), "LogsSection"),
});

const metrics = createRoute({
  getParentRoute: () => network,
  path: "/metrics",
  component: lazyRouteComponent(() => import("./metrics/metrics-section.tsx"), "MetricsSection"),
});

const explorerHome = createRoute({
  getParentRoute: () => network,
  path: "/explorer",
  component: lazyRouteComponent(() => import("./explorer/explorer-layout.tsx"), "ExplorerHome"),
});

const explorer = createRoute({
  getParentRoute: () => network,
  path: "/explorer/$channel",
  component: lazyRouteComponent(() => import("./explorer/explorer-layout.tsx"), "ExplorerLayout"),
});

const blocks = createRoute({
  getParentRoute: () => explorer,
  path: "/",
  component: lazyRouteComponent(() => import("./explorer/blocks-page.tsx"), "BlocksPage"),
});

const block = createRoute({
  getParentRoute: () => explorer,
  path: "/blocks/$block",
  component: lazyRouteComponent(() => import("./explorer/block-page.tsx"), "BlockPage"),
});

const transactions = createRoute({
  getParentRoute: () => explorer,
  path: "/transactions",
  component: lazyRouteComponent(() => import("./explorer/transactions-page.tsx"), "TransactionsPage"),
});

const transaction = createRoute({
  getParentRoute: () => explorer,
  path: "/transactions/$transaction",
  component: lazyRouteComponent(() => import("./explorer/transaction-page.tsx"), "TransactionPage"),
});

const state = createRoute({
  getParentRoute: () => explorer,
  path: "/state",
  validateSearch: (search): { chaincode?: string; key?: string } => texts(search, ["chaincode", "key"]),
  component: lazyRouteComponent(() => import("./explorer/state-page.tsx"), "StatePage"),
});

const accounts = createRoute({
  getParentRoute: () => root,
  path: "/accounts",
  component: lazyRouteComponent(() => import("./accounts/accounts-page.tsx"), "AccountsPage"),
});

const password = createRoute({
  getParentRoute: () => root,
  path: "/password",
  component: lazyRouteComponent(() => import("./accounts/password-page.tsx"), "PasswordPage"),
});

const reference = createRoute({
  getParentRoute: () => root,
  path: "/reference",
  component: lazyRouteComponent(() => import("./reference/reference-page.tsx"), "ReferencePage"),
});

/** The named texts of an address's search; numbers are texts that the router has read. */
function texts<Name extends string>(search: Readonly<Record<string, unknown>>, names: readonly Name[]): { [K in Name]?: string } {
  const found = names.flatMap((name) => {
    const value = search[name];
    return typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(found) as { [K in Name]?: string };
}

const routeTree = root.addChildren([
  home,
  networks,
  wizard,
  imports,
  operations,
  operation,
  backups,
  about,
  accounts,
  password,
  reference,
  network.addChildren([
    overview,
    settings,
    networkOperations,
    nodes,
    channels,
    chaincodes,
    deploy,
    tryIt,
    connect,
    identities,
    certificates,
    configuration,
    logs,
    metrics,
    explorerHome,
    explorer.addChildren([blocks, block, transactions, transaction, state]),
  ]),
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
