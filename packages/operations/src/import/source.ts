import type { NodeReach } from "@heddle/runtimes";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Somebody in whose name Heddle may act. */
export interface SourceIdentity extends KeyPair {
  readonly mspId: string;
  /** As the source calls it, such as `User1`. */
  readonly name: string;
  readonly tls?: KeyPair | undefined;
}

/** What a source tells of an organisation beside its nodes and identities. */
export interface SourceOrganization {
  readonly mspId: string;
  readonly domain?: string | undefined;
  /** PEM: who vouches for the TLS certificates of its nodes. */
  readonly tlsAuthorities: readonly string[];
  /** Its authorities with their keys, where the source has them. */
  readonly ca?: KeyPair | undefined;
  readonly tlsCa?: KeyPair | undefined;
}

/** A node that a source names. */
export interface SourceNode {
  readonly kind: "peer" | "orderer";
  /** Host name by which people know it. */
  readonly name: string;
  /** Unknown for orderers of a connection profile; the channels tell it then. */
  readonly mspId?: string | undefined;
  /** As it is dialled. */
  readonly host: string;
  readonly port: number;
  /** PEM: who vouches for its TLS certificate; those of its organisation where there are none. */
  readonly tlsAuthorities: readonly string[];
  readonly reach: NodeReach;
}

/** What is known of a network before anybody has been asked: how to reach some of its nodes, and as whom. */
export interface ImportSource {
  readonly organizations: readonly SourceOrganization[];
  readonly nodes: readonly SourceNode[];
  readonly identities: readonly SourceIdentity[];
}
