import { createPrivateKey } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { connect, hash, signers, type Gateway } from "@hyperledger/fabric-gateway";
import type { Client as ApiClient } from "@heddle/api";
import { createCertificateAuthority, createLocalSigningIdentity, type IssuedIdentity, type LocalSigningIdentity } from "@heddle/fabric";
import type { Guest } from "./guest.ts";
import type { NetworkNode, ToolEnvironment } from "./network.ts";

/** Somebody who acts in a scenario. */
export interface Person {
  readonly mspId: string;
  /** The organisation whose peer they turn to; may be one without peers. */
  readonly organization: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly identity: LocalSigningIdentity;
}

const DEADLINE_MS = 10_000;
const INTERVAL_MS = 60_000;
const MAX_BYTES = 100 * 1024 * 1024;

/** Everybody whom a scenario may name. */
export const EVERYBODY = [
  "Org1's user",
  "Org1's administrator",
  "Org2's user",
  "Org2's administrator",
  "Org3's user",
  "Org3's administrator",
  "the orderers' administrator",
  "Guest's user",
  "Guest's expired user",
  "Guest's revoked user",
  "Guest's peer",
  "Guest's user without a role",
  "a stranger",
  "an impostor of Org1",
] as const;

/** Somebody in a step's line, as a part of its pattern with that name. */
export const who = (name = "who"): string => `(?<${name}>${EVERYBODY.join("|")})`;

function person(mspId: string, organization: string, { certificatePem, privateKeyPem }: IssuedIdentity): Person {
  const identity = createLocalSigningIdentity(mspId, certificatePem, privateKeyPem);
  return { mspId, organization, certificatePem, privateKeyPem, identity };
}

/** The administrator whose MSP folder an environment has. */
function administrator(organization: string, { folder, variables }: ToolEnvironment): Person {
  const only = (place: string): string => {
    const [file, ...more] = readdirSync(path.join(folder, "msp", place));
    if (file === undefined || more.length > 0) throw new Error(`${place} of ${organization} does not hold one file`);
    return readFileSync(path.join(folder, "msp", place, file), "utf8");
  };
  const issued = { certificatePem: only("signcerts"), privateKeyPem: only("keystore") };
  return person(variables["CORE_PEER_LOCALMSPID"] ?? "", organization, issued);
}

/** A user whose identity Heddle has issued. */
async function exported(api: ApiClient, network: string, whose: { organization: string; user?: string }): Promise<Person> {
  const { files } = await api.exportNetwork({ params: { name: network }, body: whose });
  const content = (file: string): string => files.find((one) => one.path === file)?.content ?? "";
  const issued = { certificatePem: content("certificate.pem"), privateKeyPem: content("private-key.pem") };
  return person(`${whose.organization}MSP`, whose.organization, issued);
}

/** The people of a network, and their gateways. */
export class People {
  readonly #people: Map<string, Person>;
  readonly #gateways = new Map<string, { gateway: Gateway; client: Client }>();

  private constructor(people: Map<string, Person>) {
    this.#people = people;
  }

  /** Fetches the identities of a network from Heddle and makes those that nobody should have. */
  static async of(
    api: ApiClient,
    network: string,
    environments: ReadonlyMap<string, ToolEnvironment>,
    { mspId, members }: Guest,
  ): Promise<People> {
    const people = new Map<string, Person>();
    for (const [organization, environment] of environments) {
      const name = organization === "Orderer" ? "the orderers' administrator" : `${organization}'s administrator`;
      people.set(name, administrator(organization, environment));
    }
    for (const organization of ["Org1", "Org2", "Org3"])
      people.set(`${organization}'s user`, await exported(api, network, { organization }));
    for (const [name, issued] of Object.entries(members)) people.set(`Guest's ${name}`, person(mspId, "Guest", issued));
    const elsewhere = await createCertificateAuthority({ commonName: "ca.elsewhere.example.com", organization: "Elsewhere" });
    const stranger = await elsewhere.issue({ commonName: "stranger", role: "client", usage: "sign" });
    people.set("a stranger", person("ElsewhereMSP", "Elsewhere", stranger));
    people.set("an impostor of Org1", person("Org1MSP", "Org1", stranger));
    const missing = EVERYBODY.filter((name) => !people.has(name));
    if (missing.length > 0) throw new Error(`nobody is ${missing.join(", ")}`);
    return new People(people);
  }

  /** Fetches the identity of a user who was issued since; they are called `Heddle's user NAME of ORGANISATION`. */
  async meet(api: ApiClient, network: string, organization: string, user: string): Promise<void> {
    this.#people.set(`Heddle's user ${user} of ${organization}`, await exported(api, network, { organization, user }));
  }

  /** Somebody by name. Throws where nobody has it. */
  find(name: string): Person {
    const found = this.#people.get(name);
    if (found === undefined) throw new Error(`nobody is called ${name}`);
    return found;
  }

  /** The official client of somebody at a peer; opened once. */
  gateway(name: string, { address, tlsRootPem, name: host }: NetworkNode): Gateway {
    const key = `${name} ${host}`;
    const open = this.#gateways.get(key)?.gateway;
    if (open !== undefined) return open;
    const { mspId, certificatePem, privateKeyPem } = this.find(name);
    const client = new Client(address, credentials.createSsl(Buffer.from(tlsRootPem)), {
      "grpc.ssl_target_name_override": host,
      "grpc.max_receive_message_length": MAX_BYTES,
      "grpc.keepalive_time_ms": INTERVAL_MS,
    });
    const options = () => ({ deadline: Date.now() + DEADLINE_MS });
    const gateway = connect({
      client,
      identity: { mspId, credentials: Buffer.from(certificatePem) },
      signer: signers.newPrivateKeySigner(createPrivateKey(privateKeyPem)),
      hash: hash.sha256,
      evaluateOptions: options,
      endorseOptions: options,
      submitOptions: options,
      commitStatusOptions: options,
      chaincodeEventsOptions: options,
    });
    this.#gateways.set(key, { gateway, client });
    return gateway;
  }

  /** Closes every connection. */
  close(): void {
    for (const { gateway, client } of this.#gateways.values()) {
      gateway.close();
      client.close();
    }
  }
}
