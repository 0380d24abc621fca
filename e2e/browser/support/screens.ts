import type { Client } from "@heddle/api";
import { endpoints } from "@heddle/api";

/** One screen: its name for pictures, and its address. */
export interface Screen {
  readonly name: string;
  readonly path: string;
}

/** Every screen of the console on a server that has the network `trade` with transactions on it. */
export async function listScreens(client: Client, network: string): Promise<readonly Screen[]> {
  const at = (section: string): string => `/networks/${network}${section}`;
  const { operations } = await client.listOperations();
  const created = operations.find(({ kind, network: of }) => kind === "network.create" && of === network);
  if (created === undefined) throw new Error(`nobody made ${network}`);
  const wizard = ["start", "organizations", "ordering", "channels", "chaincode", "runtime", "review"];
  return [
    { name: "networks", path: "/networks" },
    ...wizard.map((step) => ({ name: `wizard-${step}`, path: `/networks/new?step=${step}` })),
    { name: "import", path: "/networks/import" },
    { name: "operation", path: `/operations/${created.id}` },
    { name: "operations", path: "/operations" },
    { name: "backups", path: "/backups" },
    { name: "overview", path: at("") },
    { name: "chaincodes", path: at("/chaincodes") },
    { name: "deploy", path: at("/deploy") },
    { name: "try", path: at("/try") },
    { name: "connect", path: at("/connect") },
    { name: "nodes", path: at("/nodes") },
    { name: "channels", path: at("/channels") },
    { name: "identities", path: at("/identities") },
    { name: "certificates", path: at("/certificates") },
    { name: "logs", path: at("/logs") },
    { name: "metrics", path: at("/metrics") },
    { name: "network-operations", path: at("/operations") },
    { name: "settings", path: at("/settings") },
    ...(await explorerScreens(client, network)),
    { name: "accounts", path: "/accounts" },
    { name: "password", path: "/password" },
    { name: "reference", path: "/reference" },
    { name: "about", path: "/about" },
    { name: "missing", path: "/networks/nowhere" },
  ];
}

/** Those of the explorer, where the server has one. */
async function explorerScreens(client: Client, network: string): Promise<readonly Screen[]> {
  if (!Object.hasOwn(endpoints, "listBlocks")) return [];
  const detail = await client.getNetwork({ params: { name: network } });
  const proof = detail.proof?.channels[0];
  if (proof?.transactionId === undefined) throw new Error(`${network} has no proof`);
  const base = `/networks/${network}/explorer/${proof.channel}`;
  return [
    { name: "explorer", path: base },
    { name: "explorer-transactions", path: `${base}/transactions` },
    { name: "explorer-state", path: `${base}/state` },
    { name: "explorer-block", path: `${base}/blocks/${proof.block}` },
    { name: "explorer-transaction", path: `${base}/transactions/${proof.transactionId}` },
    { name: "configuration", path: `/networks/${network}/configuration` },
  ];
}
