/** What a snippet connects to, and as whom. Its keys and certificates come from an export beside it. */
export interface SnippetTarget {
  readonly network: string;
  readonly organization: string;
  readonly user: string;
  readonly mspId: string;
  /** `host:port` of the organisation's first peer. */
  readonly address: string;
  /** Name in that peer's TLS certificate. */
  readonly hostname: string;
  readonly channel: string;
  readonly chaincode: string;
}

/** Code that runs as it is pasted, once the setup commands were run in its folder. */
export interface Snippet {
  readonly language: "nodejs" | "go" | "java" | "python" | "cli" | "rest";
  readonly title: string;
  /** Commands to run first, in an empty folder. */
  readonly setup: readonly string[];
  readonly files: ReadonlyArray<{ readonly path: string; readonly mode: number; readonly content: string }>;
  /** The command that runs it. */
  readonly run: string;
}

/** The function every contract of the official contract API answers, and that writes nothing. */
export const DESCRIBE = "org.hyperledger.fabric:GetMetadata";

/** The command that writes certificate, key and TLS root beside the snippet. */
export function exportCommand({ network, organization, user }: SnippetTarget): string {
  return `heddle network export ${network} --org ${organization} --user ${user} -o .`;
}

/** A file of source code. */
export function source(path: string, content: string): Snippet["files"][number] {
  return { path, mode: 0o644, content };
}
