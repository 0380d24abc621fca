import type {
  BackupView,
  CertificateCalendar,
  CertificateExpiry,
  CertificateRehearsal,
  Chart,
  ConnectRequest,
  ConnectView,
  ContractMetadata,
  DefinitionView,
  IdentityView,
  ImportRequest,
  ImportView,
  OperationEngine,
  RenewalRequest,
  RenewInput,
  RuntimeView,
  ScenarioView,
  ScrapedServer,
} from "@heddle/operations";
import type { Store } from "@heddle/store";
import type { ExplorerServices } from "./explorer/services.ts";
import type { ConsoleSite } from "./console/site.ts";

/** A node as the world shows it. */
export interface NodeFacts {
  readonly name: string;
  readonly kind: string;
  readonly mspId?: string | undefined;
  readonly organization?: string | undefined;
  readonly state: string;
  readonly address?: string | undefined;
  readonly operations?: string | undefined;
  readonly admin?: string | undefined;
  readonly pid?: number | undefined;
  readonly since?: Date | undefined;
  readonly memoryBytes?: number | undefined;
  readonly cpuSeconds?: number | undefined;
}

/** A line of a node's log. */
export interface LogFacts {
  readonly node: string;
  readonly line: string;
  readonly at?: Date | undefined;
  readonly stream?: string | undefined;
}

/** A file for the client to write. */
export interface FileFacts {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

/** A call of a chaincode's function. */
export interface CallFacts {
  readonly channel?: string | undefined;
  readonly organization?: string | undefined;
  readonly user?: string | undefined;
  readonly function: string;
  readonly args: readonly string[];
  /** Base64 by name. */
  readonly transient?: Readonly<Record<string, string>> | undefined;
}

/** Result of a committed transaction. */
export interface SubmitFacts {
  readonly payload: Uint8Array;
  readonly transactionId: string;
  readonly block: number;
  readonly code: string;
}

/** Whose identity to use. */
export interface WhoseFacts {
  readonly organization?: string | undefined;
  readonly user?: string | undefined;
}

/** What the handlers ask of a running network; `@heddle/operations` provides it. */
export interface NetworkServices {
  nodes(network: string): Promise<readonly NodeFacts[]>;
  logs(
    network: string,
    options: { readonly node?: string | undefined; readonly follow: boolean; readonly tail: number; readonly signal: AbortSignal },
  ): AsyncIterable<LogFacts>;
  exportIdentity(network: string, whose: WhoseFacts): Promise<{ readonly files: readonly FileFacts[] }>;
  environment(
    network: string,
    whose: Pick<WhoseFacts, "organization">,
  ): Promise<{ readonly variables: Readonly<Record<string, string>>; readonly files: readonly FileFacts[] }>;
  submit(network: string, chaincode: string, call: CallFacts): Promise<SubmitFacts>;
  evaluate(network: string, chaincode: string, call: CallFacts): Promise<Pick<SubmitFacts, "payload">>;
  identities(network: string): Promise<readonly IdentityView[]>;
  certificates(network: string): Promise<CertificateCalendar>;
  certificateExpiries(): Promise<readonly CertificateExpiry[]>;
  /** What an operation that renews them is given. */
  renewal(network: string, request: RenewalRequest): Promise<RenewInput>;
  rehearseCertificates(network: string, at: Date): Promise<CertificateRehearsal>;
  connect(network: string, request: ConnectRequest): Promise<ConnectView>;
  definitions(network: string): Promise<readonly DefinitionView[]>;
  contractMetadata(network: string, chaincode: string, channel: string | undefined): Promise<ContractMetadata>;
  scenarios(): Promise<readonly ScenarioView[]>;
  runtimes(fabricVersion: string): Promise<readonly RuntimeView[]>;
  /** What deploys a chaincode again from where it came. */
  redeployment(network: string, chaincode: string, channel: string | undefined): Promise<unknown>;
  metrics(
    network: string,
    request: { readonly from?: Date | undefined; readonly to?: Date | undefined; readonly points: number },
  ): Promise<Chart>;
  scrapeConfiguration(network: string, server: ScrapedServer): Promise<string>;
  lookAtImport(request: ImportRequest): Promise<ImportView>;
  /** What an operation that imports a network is given; its keys are sealed in the key store by then. */
  importInput(request: ImportRequest): Promise<{ readonly staged: string }>;
  dropImport(input: { readonly staged: string }): Promise<void>;
  /** Newest first. */
  backups(network: string | undefined): Promise<readonly BackupView[]>;
  backup(id: string): Promise<BackupView>;
  verifyBackup(id: string): Promise<BackupView>;
  removeBackup(id: string): Promise<void>;
  close(): Promise<void>;
}

/** The parts that carry out what the API asks. */
export interface Backend {
  readonly engine: OperationEngine;
  readonly services: NetworkServices;
  readonly explorer: ExplorerServices;
}

/** What handlers work with. The backend is loaded after the server listens; the first to need it waits. */
export interface HandlerContext {
  readonly store: Store;
  readonly backend: () => Promise<Backend>;
  readonly version: string;
  readonly startedAt: Date;
  /** Address of the console and the API, as people reach it; there is none before the server listens. */
  readonly url: () => string;
  /** File with the token that opens the server's own metrics. */
  readonly metricsTokenFile: string;
  readonly site: ConsoleSite;
}
