import { status } from "@grpc/grpc-js";
import { CommitStatusError, EndorseError, GatewayError, type Transaction } from "@hyperledger/fabric-gateway";
import {
  computeConfigUpdate,
  configFromBlock,
  createCertificateAuthority,
  createConfigUpdateEnvelope,
  openCertificateAuthority,
  withRevocationLists,
  type IssuedIdentity,
} from "@heddle/fabric";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { take } from "./support/blocks.ts";
import { open, statusRequest, text, userOf, type ClientIdentity, type Connection } from "./support/client.ts";
import { CHAINCODE, CHANNEL, startNetwork } from "./support/network.ts";
import { namesPeer, refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

const MINUTE = 60_000;
/** A member whose certificate or signature is not right. */
const denied = `error validating proposal: access denied: channel [${CHANNEL}] creator org [Org1MSP]`;
/** Nobody's certificate, or one of a CA that the organisation does not have. */
const unknown = `error validating proposal: access denied: channel [${CHANNEL}] creator org unknown, creator is malformed`;
const noReader = `Failed evaluating policy on signed data during check policy on channel [${CHANNEL}] with policy [/Channel/Application/Readers]: [implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Readers' sub-policies to be satisfied]`;
/** The official client's word for a stream that a peer ends with status 403. */
const FORBIDDEN = "Unexpected status response: 403";
const noWriter =
  "implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' sub-policies to be satisfied";

describe("identities", () => {
  let network: TestNetwork;
  const connections: Connection[] = [];

  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await network.close();
  });

  function as(identity: ClientIdentity, organization: 1 | 2 = 1): Connection {
    const connection = open(network, organization, { as: identity });
    connections.push(connection);
    return connection;
  }

  /** A certificate of the first organisation's own CA. */
  async function issue(commonName: string, notAfter?: Date): Promise<ClientIdentity> {
    const { material } = network.organization(1);
    const authority = openCertificateAuthority(material.ca.certificatePem, material.ca.privateKeyPem);
    // Not before the CA itself, which is some minutes old.
    const period = notAfter === undefined ? {} : { notBefore: new Date(notAfter.getTime() - 2 * MINUTE), notAfter };
    const issued = await authority.issue({ commonName, role: "client", usage: "sign", ...period });
    return client("Org1MSP", issued);
  }

  const client = (mspId: string, issued: IssuedIdentity): ClientIdentity => ({ mspId, ...issued });

  /** What each kind of request of an identity is refused with; fails when one is not refused. */
  async function refusals(identity: ClientIdentity, connection = as(identity)): Promise<Record<string, unknown>> {
    const { contract, network: channel } = connection;
    const evaluating = await refusal(GatewayError, contract.evaluateTransaction("get", "a"));
    const endorsing = await refusal(EndorseError, contract.submitTransaction("put", "a", "1"));
    const call = { channelId: CHANNEL, chaincode: CHAINCODE, args: ["put", "b", "1"] };
    const { txId } = await network.gateway(1).submit(call, network.organization(1).user);
    const asking = await refusal(CommitStatusError, connection.gateway.newCommit(statusRequest(identity, txId)).getStatus());
    const listening = await refusal(
      GatewayError,
      channel.getChaincodeEvents(CHAINCODE).then((events) => take(events, 1)),
    );
    const reading = await refusal(
      Error,
      channel.getBlockEvents({ startBlock: 0n }).then((blocks) => take(blocks, 1)),
    );
    const filtering = await refusal(
      Error,
      channel.getFilteredBlockEvents({ startBlock: 0n }).then((blocks) => take(blocks, 1)),
    );
    return {
      evaluate: [evaluating.code, evaluating.details[0]],
      endorse: [endorsing.code, endorsing.details],
      commitStatus: [asking.code, asking.cause.details],
      chaincodeEvents: [listening.code, listening.cause.details],
      blockEvents: reading.message,
      filteredBlockEvents: filtering.message,
    };
  }

  /** The refusals of an identity that the channel does not accept, for what a peer says of it. */
  const refused = (message: string): Record<string, unknown> => ({
    evaluate: [status.FAILED_PRECONDITION, namesPeer(network, 1, message)],
    endorse: [status.ABORTED, [namesPeer(network, 1, message)]],
    commitStatus: [status.PERMISSION_DENIED, noReader],
    chaincodeEvents: [status.PERMISSION_DENIED, noReader],
    blockEvents: FORBIDDEN,
    filteredBlockEvents: FORBIDDEN,
  });

  it("of another CA that uses the organisation's name is refused", async () => {
    const foreign = await createCertificateAuthority({ commonName: "ca.org1.example.com", organization: "org1.example.com" });
    const issued = await foreign.issue({ commonName: "app", role: "client", usage: "sign" });
    expect(await refusals(client("Org1MSP", issued))).toEqual(refused(unknown));
  });

  it("of an organisation that is not in the channel is refused", async () => {
    const stranger = await createCertificateAuthority({ commonName: "ca.org9.example.com", organization: "org9.example.com" });
    const issued = await stranger.issue({ commonName: "app", role: "client", usage: "sign" });
    expect(await refusals(client("Org9MSP", issued))).toEqual(refused(unknown));
  });

  it("of another organisation's CA under one's own name is refused", async () => {
    expect(await refusals({ ...userOf(network, 2), mspId: "Org1MSP" })).toEqual(refused(unknown));
  });

  it("with somebody else's key is refused", async () => {
    expect(await refusals({ ...userOf(network, 1), privateKeyPem: userOf(network, 2).privateKeyPem })).toEqual(refused(denied));
  });

  it("without a role is refused", async () => {
    const { material } = network.organization(1);
    const authority = openCertificateAuthority(material.ca.certificatePem, material.ca.privateKeyPem);
    // Certificates for connections carry no organisational unit, and so no role.
    expect(await refusals(client("Org1MSP", await authority.issue({ commonName: "app", role: "client", usage: "tls" })))).toEqual(
      refused(denied),
    );
  });

  it("of a member of the other organisation is good at this organisation's peer", async () => {
    const guest = as(userOf(network, 2), 1);
    expect(text(await guest.contract.submitTransaction("put", "guest", "1"))).toBe("1");
    expect(text(await guest.contract.evaluateTransaction("whoAmI"))).toMatch(/^Org2MSP /);
  });

  it("that has expired is refused by peers and orderers, while it may still read", async () => {
    const expired = as(await issue("expired", new Date(Date.now() - MINUTE)));
    const message = "proposal client identity expired";
    const evaluating = await refusal(GatewayError, expired.contract.evaluateTransaction("get", "a"));
    expect(evaluating.code).toBe(status.UNAVAILABLE);
    expect(evaluating.cause.details).toBe("failed to evaluate transaction, see attached details for more info");
    expect(evaluating.details).toEqual([
      namesPeer(network, 1, message),
      namesPeer(network, 2, `rpc error: code = Unknown desc = ${message}`),
    ]);
    const endorsing = await refusal(EndorseError, expired.contract.submitTransaction("put", "a", "1"));
    expect(endorsing).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 1, message)] });
    await expect(expired.network.getBlockEvents({ startBlock: 0n }).then((blocks) => take(blocks, 1))).rejects.toThrow(FORBIDDEN);
    // Policies do not look at the clock, so the gateway's own streams are open to it.
    const events = await expired.network.getChaincodeEvents(CHAINCODE, { startBlock: 0n });
    await as(userOf(network, 1)).contract.submitTransaction("emit", "Seen", "by all");
    expect(text((await take(events, 1))[0]?.payload ?? new Uint8Array())).toBe("by all");
    events.close();
  });

  it("that expires between endorsement and submit is refused by the orderer", async () => {
    const notAfter = new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000);
    const short = as(await issue("short", notAfter));
    const transaction = await short.contract.newProposal("put", { arguments: ["short", "1"] }).endorse();
    await until("the certificate has expired", () => expect(Date.now()).toBeGreaterThan(notAfter.getTime() + 1000));
    const error = await refusal(GatewayError, transaction.submit());
    expect(error.code).toBe(status.ABORTED);
    expect(error.cause.details).toBe(
      "received unsuccessful response from orderer: status=BAD_REQUEST, info=broadcast client identity expired",
    );
  });

  describe("that is revoked", () => {
    let revoked: ClientIdentity;
    let before: Connection;
    let endorsed: Transaction;

    /** Puts a revocation list into the organisation's MSP by an update of the channel's configuration. */
    async function revoke(identity: ClientIdentity): Promise<void> {
      const { material, admin, client: peer } = network.organization(1);
      const authority = openCertificateAuthority(material.ca.certificatePem, material.ca.privateKeyPem);
      const list = await authority.revoke([identity.certificatePem]);
      const { config } = configFromBlock(await peer.configBlock(CHANNEL, admin));
      const update = computeConfigUpdate(CHANNEL, config, withRevocationLists(config, "Org1", [list]));
      await network.orderer().broadcast(await createConfigUpdateEnvelope(update, [admin], admin));
      await until("the configuration is committed", async () => {
        const now = configFromBlock(await peer.configBlock(CHANNEL, admin)).config.sequence;
        expect(now).toBeGreaterThan(config.sequence);
      });
    }

    it("is good until the list stands in the configuration, which ends its streams", async () => {
      revoked = await issue("revoked");
      before = as(revoked);
      expect(text(await before.contract.submitTransaction("put", "revoked", "before"))).toBe("before");
      endorsed = await before.contract.newProposal("put", { arguments: ["revoked", "after"] }).endorse();
      const ended = refusal(
        Error,
        before.network.getBlockEvents({ startBlock: 0n }).then((blocks) => take(blocks, 100)),
      );
      await revoke(revoked);
      await as(userOf(network, 1)).contract.submitTransaction("put", "next", "1");
      expect((await ended).message).toBe(FORBIDDEN);
    });

    it("is refused everywhere", async () => {
      expect(await refusals(revoked)).toEqual(refused(denied));
    });

    it("is refused on connections that it had open", async () => {
      expect(await refusals(revoked, before)).toEqual(refused(denied));
    });

    it("does not get an endorsed transaction through", async () => {
      const error = await refusal(GatewayError, endorsed.submit());
      expect(error.code).toBe(status.ABORTED);
      expect(error.cause.details).toBe(
        `received unsuccessful response from orderer: status=FORBIDDEN, info=${noWriter}: permission denied`,
      );
    });

    it("leaves the others of its organisation alone", async () => {
      const others = as(userOf(network, 1));
      expect(text(await others.contract.submitTransaction("put", "others", "1"))).toBe("1");
      expect(text(await others.contract.evaluateTransaction("get", "revoked"))).toBe("before");
    });
  });
});
