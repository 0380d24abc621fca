import { QueryClient, queryOptions } from "@tanstack/react-query";
import { isHeddleError, type NetworkFile } from "@heddle/network";
import { client } from "./client.ts";

/** Answers of the server that trying again does not change. */
function isFinal(error: unknown): boolean {
  return isHeddleError(error) && error.status < 500;
}

/** The cache of what the server said. Events invalidate it, so nothing polls but what has no events. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => !isFinal(error) && count < 2,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
    },
  },
});

/** All networks. */
export const networksQuery = queryOptions({
  queryKey: ["networks"],
  queryFn: async ({ signal }) => (await client.listNetworks({}, { signal })).networks,
});

/** One network with its file. */
export const networkQuery = (name: string) =>
  queryOptions({ queryKey: ["network", name], queryFn: ({ signal }) => client.getNetwork({ params: { name } }, { signal }) });

/** Nodes as the world shows them. They have no events: they are asked for while somebody looks. */
export const nodesQuery = (name: string) =>
  queryOptions({
    queryKey: ["network", name, "nodes"],
    queryFn: async ({ signal }) => (await client.listNodes({ params: { name } }, { signal })).nodes,
    refetchInterval: 5_000,
  });

/** Chaincodes deployed on a network. */
export const chaincodesQuery = (name: string) =>
  queryOptions({
    queryKey: ["network", name, "chaincodes"],
    queryFn: async ({ signal }) => (await client.listChaincodes({ params: { name } }, { signal })).chaincodes,
  });

/** Operations, newest first; of one network, or of all. */
export const operationsQuery = (network?: string) =>
  queryOptions({
    queryKey: ["operations", network ?? ""],
    queryFn: async ({ signal }) =>
      (await client.listOperations({ query: { limit: 100, ...(network === undefined ? {} : { network }) } }, { signal })).operations,
  });

/** One operation with its steps. */
export const operationQuery = (id: string) =>
  queryOptions({ queryKey: ["operation", id], queryFn: ({ signal }) => client.getOperation({ params: { id } }, { signal }) });

/** Backups, newest first; of one network, or of all. */
export const backupsQuery = (network?: string) =>
  queryOptions({
    queryKey: ["backups", network ?? ""],
    queryFn: async ({ signal }) => (await client.listBackups({ query: network === undefined ? {} : { network } }, { signal })).backups,
  });

/** Version and store of the server. */
export const healthQuery = queryOptions({ queryKey: ["health"], queryFn: ({ signal }) => client.health({}, { signal }) });

/** Ready examples that come with Heddle. */
export const scenariosQuery = queryOptions({
  queryKey: ["scenarios"],
  staleTime: Infinity,
  queryFn: async ({ signal }) => (await client.listScenarios({}, { signal })).scenarios,
});

/** Where networks of a version of Fabric can run on this server. */
export const runtimesQuery = (fabricVersion: "2.5" | "3.0" | "3.1") =>
  queryOptions({
    queryKey: ["runtimes", fabricVersion],
    queryFn: async ({ signal }) => (await client.listRuntimes({ query: { fabricVersion } }, { signal })).runtimes,
  });

/** What a network file would take. */
export const estimateQuery = (file: NetworkFile) =>
  queryOptions({
    queryKey: ["estimate", JSON.stringify(file)],
    staleTime: Infinity,
    queryFn: ({ signal }) => client.estimateNetwork({ body: { spec: { ...file } } }, { signal }),
  });

/** Definitions with their approvals. */
export const definitionsQuery = (name: string) =>
  queryOptions({
    queryKey: ["network", name, "definitions"],
    queryFn: async ({ signal }) => (await client.listDefinitions({ params: { name } }, { signal })).definitions,
  });

/** Functions of a chaincode. */
export const metadataQuery = (name: string, chaincode: string, channel: string) =>
  queryOptions({
    queryKey: ["network", name, "metadata", channel, chaincode],
    staleTime: 60_000,
    queryFn: ({ signal }) => client.contractMetadata({ params: { name, chaincode }, query: { channel } }, { signal }),
  });

/** Channels, and how far the explorer is with them. */
export const channelsQuery = (name: string) =>
  queryOptions({
    queryKey: ["network", name, "channels"],
    refetchInterval: 5_000,
    queryFn: async ({ signal }) => (await client.listChannels({ params: { name } }, { signal })).channels,
  });

/** When the certificates of a network expire. */
export const certificatesQuery = (name: string) =>
  queryOptions({
    queryKey: ["certificates", name],
    staleTime: 60_000,
    queryFn: ({ signal }) => client.listCertificates({ params: { name } }, { signal }),
  });

/** What stops working at a time, ISO 8601, if no certificate is renewed. */
export const rehearsalQuery = (name: string, at: string) =>
  queryOptions({
    queryKey: ["certificates", name, at],
    staleTime: 60_000,
    queryFn: ({ signal }) => client.rehearseCertificates({ params: { name }, query: { at } }, { signal }),
  });

/** Certificates of a network. */
export const identitiesQuery = (name: string) =>
  queryOptions({
    queryKey: ["network", name, "identities"],
    queryFn: async ({ signal }) => (await client.listIdentities({ params: { name } }, { signal })).identities,
  });
