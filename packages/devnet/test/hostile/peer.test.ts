import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { createProposal, signProposal, type LocalSigningIdentity, type NodeAddress, type ProposalRequest } from "@heddle/fabric";
import { common, gateway, lifecycle, peer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endorsedPayload, impostors, seekEnvelope, signedEnvelope } from "./support/envelopes.ts";
import { mutate } from "./support/mutate.ts";
import { Random } from "./support/random.ts";
import { inParallel, RawClient, type Outcome } from "./support/raw-client.ts";
import { until, World } from "./support/world.ts";

const PROCESS = "/protos.Endorser/ProcessProposal";
/** What a process under attack may hold at most, in MB. */
const MEMORY = 450;
/** How a call may end when it is not what it should be: with a word of the peer, never with silence. */
const CIVIL: readonly status[] = [
  status.OK,
  status.UNKNOWN,
  status.INTERNAL,
  status.INVALID_ARGUMENT,
  status.FAILED_PRECONDITION,
  status.UNAVAILABLE,
  status.ABORTED,
  status.PERMISSION_DENIED,
  status.NOT_FOUND,
];

let world: World;
let client: RawClient;
let user: LocalSigningIdentity;
let admin: LocalSigningIdentity;
let address: NodeAddress;

beforeAll(async () => {
  world = await World.start();
  ({ user, admin, peer: address } = world.network.organization(1));
  client = new RawClient(address);
});

afterAll(async () => {
  client[Symbol.dispose]();
  await world.close();
});

const request: ProposalRequest = { channelId: "trade", chaincode: "basic", args: ["put", "hostile", "evil"] };
const bytesOf = (signed: peer.SignedProposal): Buffer => Buffer.from(toBinary(peer.SignedProposalSchema, signed));

async function signed(of: ProposalRequest, identity = user): Promise<Buffer> {
  return bytesOf(await signProposal(createProposal(of, identity.serialized), identity));
}

/** A proposal whose bytes somebody has changed and signed himself. */
async function resigned(of: ProposalRequest, change: (bytes: Uint8Array) => Uint8Array, identity = user): Promise<Buffer> {
  const bytes = change(createProposal(of, identity.serialized).bytes);
  return bytesOf(create(peer.SignedProposalSchema, { proposalBytes: bytes, signature: await identity.sign(bytes) }));
}

/** The same with only the payload changed, so that headers hold and the call itself is reached. */
function payloadChanged(change: (payload: Uint8Array) => Uint8Array): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const proposal = fromBinary(peer.ProposalSchema, bytes);
    return toBinary(peer.ProposalSchema, create(peer.ProposalSchema, { header: proposal.header, payload: change(proposal.payload) }));
  };
}

/** The status of a peer's answer, or the code of the call. */
function statusOf({ code, answers }: Outcome): number | string {
  const [answer] = answers;
  return code === status.OK && answer !== undefined
    ? (fromBinary(peer.ProposalResponseSchema, answer).response?.status ?? 0)
    : status[code];
}

async function attack(messages: readonly Buffer[], path = PROCESS): Promise<Outcome[]> {
  const outcomes = await inParallel(messages, (message) => client.call(path, message));
  for (const { code, details } of outcomes) expect([CIVIL.includes(code), details]).toEqual([true, details]);
  return outcomes;
}

describe("a peer under hostile proposals", () => {
  it("endorses nothing that is not signed by who says so", async () => {
    const before = await world.ledger();
    const good = fromBinary(peer.SignedProposalSchema, await signed(request));
    const attacks = [
      bytesOf(create(peer.SignedProposalSchema, { proposalBytes: good.proposalBytes })),
      bytesOf(create(peer.SignedProposalSchema, { proposalBytes: good.proposalBytes, signature: Buffer.from("nobody") })),
      bytesOf(create(peer.SignedProposalSchema, { signature: good.signature })),
      Buffer.alloc(0),
      Buffer.from([0xff]),
      ...(await Promise.all(Object.values(await impostors(world.network)).map((identity) => signed(request, identity)))),
    ];
    const outcomes = await attack(attacks);
    expect(new Set(outcomes.map(statusOf))).toEqual(new Set(["UNKNOWN", "INTERNAL"]));
    await world.assertUnharmed(before);
  });

  it("runs nothing under a name that JavaScript knows, and gives no way around the channel's policy", async () => {
    const before = await world.ledger();
    const names = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf", "prototype"];
    const outsider = await impostors(world.network);
    for (const name of names) {
      const calls: ProposalRequest[] = [
        { channelId: "trade", chaincode: name, args: ["put"] },
        { channelId: "", chaincode: name, args: ["put"] },
        { channelId: "", chaincode: "cscc", args: [name, "trade"] },
        { channelId: "", chaincode: "qscc", args: [name, "trade", "1"] },
        { channelId: "trade", chaincode: "_lifecycle", args: [name, ""] },
        { channelId: "", chaincode: "_lifecycle", args: [name, ""] },
        { channelId: name, chaincode: "basic", args: ["put"] },
      ];
      const outcomes = await attack(await Promise.all(calls.map((call) => signed(call, admin))));
      for (const outcome of outcomes) {
        expect(statusOf(outcome)).toBe(500);
        expect(fromBinary(peer.ProposalResponseSchema, outcome.answers[0] ?? Buffer.alloc(0)).endorsement).toBeUndefined();
      }
      const refused = await attack([await signed({ channelId: "trade", chaincode: name, args: ["put"] }, outsider.foreign)]);
      expect(refused.map(statusOf)).toEqual(["UNKNOWN"]);
    }
    await world.assertUnharmed(before);
  });

  it("survives 500 mutilated proposals as they come", async () => {
    const before = await world.ledger();
    const random = new Random(11);
    const good = await signed(request);
    const outcomes = await attack(Array.from({ length: 500 }, () => mutate(good, random)));
    expect(new Set(outcomes.map(statusOf)).size).toBeGreaterThan(1);
    await world.assertUnharmed(before);
  });

  it("survives 500 that their makers have signed, headers and all", async () => {
    const before = await world.ledger();
    const random = new Random(12);
    const outcomes = await attack(
      await Promise.all(Array.from({ length: 500 }, () => resigned(request, (bytes) => mutate(bytes, random)))),
    );
    expect(new Set(outcomes.map(({ details }) => details.slice(0, 40))).size).toBeGreaterThan(5);
    await world.assertUnharmed(before);
  });

  it("survives 500 whose call alone is torn, up to the chaincode and back", async () => {
    const before = await world.ledger();
    const random = new Random(13);
    const outcomes = await attack(
      await Promise.all(
        Array.from({ length: 500 }, () =>
          resigned(
            request,
            payloadChanged((payload) => mutate(payload, random)),
          ),
        ),
      ),
    );
    expect(new Set(outcomes.map(statusOf)).size).toBeGreaterThan(2);
    await world.assertUnharmed(before);
  });

  it("survives 400 torn arguments of the system chaincodes, by administrators", async () => {
    const before = await world.ledger();
    const random = new Random(14);
    const definition = toBinary(
      lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema,
      create(lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema, {
        name: "other",
        version: "1",
        sequence: 1n,
        validationParameter: Buffer.from([1]),
        source: { Type: { case: "localPackage", value: { packageId: "a:b" } } },
      }),
    );
    const calls: ReadonlyArray<{ channelId: string; chaincode: string; name: string; argument: Uint8Array }> = [
      ...[
        "ApproveChaincodeDefinitionForMyOrg",
        "CheckCommitReadiness",
        "CommitChaincodeDefinition",
        "QueryChaincodeDefinition",
        "QueryChaincodeDefinitions",
        "QueryApprovedChaincodeDefinition",
      ].map((name) => ({ channelId: "trade", chaincode: "_lifecycle", name, argument: definition })),
      ...["InstallChaincode", "QueryInstalledChaincode", "QueryInstalledChaincodes", "GetInstalledChaincodePackage"].map((name) => ({
        channelId: "",
        chaincode: "_lifecycle",
        name,
        argument: definition,
      })),
      { channelId: "", chaincode: "cscc", name: "JoinChain", argument: world.network.genesis },
      { channelId: "", chaincode: "cscc", name: "GetConfigBlock", argument: Buffer.from("trade") },
      { channelId: "", chaincode: "cscc", name: "GetChannelConfig", argument: Buffer.from("trade") },
      { channelId: "", chaincode: "qscc", name: "GetChainInfo", argument: Buffer.from("trade") },
    ];
    const attacks = await Promise.all(
      Array.from({ length: 400 }, () => {
        const { channelId, chaincode, name, argument } = random.pick(calls);
        return signed({ channelId, chaincode, args: [name, mutate(argument, random)] }, admin);
      }),
    );
    const outcomes = await attack(attacks);
    expect(outcomes.filter((outcome) => statusOf(outcome) === 500).length).toBeGreaterThan(200);
    await world.assertUnharmed(before);
  });

  it("looks at no file but its own, whatever a channel calls itself", async () => {
    const before = await world.ledger();
    const names = ["../../../hostile", "..", ".", "/tmp/hostile", "a/../../b", "trade/../trade", "TRADE", "a\u0000b", "", "x".repeat(300)];
    const block = fromBinary(common.BlockSchema, world.network.genesis);
    const renamed = (channelId: string): Uint8Array => {
      const envelope = fromBinary(common.EnvelopeSchema, block.data?.data[0] ?? new Uint8Array());
      const payload = fromBinary(common.PayloadSchema, envelope.payload);
      const header = fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
      const channelHeader = toBinary(common.ChannelHeaderSchema, create(common.ChannelHeaderSchema, { ...header, channelId }));
      const changed = create(common.PayloadSchema, {
        header: { channelHeader, signatureHeader: payload.header?.signatureHeader ?? new Uint8Array() },
        data: payload.data,
      });
      const data = toBinary(common.EnvelopeSchema, create(common.EnvelopeSchema, { payload: toBinary(common.PayloadSchema, changed) }));
      const { createHash } = process.getBuiltinModule("node:crypto");
      return toBinary(
        common.BlockSchema,
        create(common.BlockSchema, {
          header: { number: 0n, dataHash: createHash("sha256").update(data).digest() },
          data: { data: [data] },
          metadata: block.metadata ?? {},
        }),
      );
    };
    const files = world.filesAround();
    const outcomes = await attack(
      await Promise.all(
        names.map((name) =>
          signed({ channelId: "", chaincode: "cscc", args: ["JoinChain", renamed(name)], type: common.HeaderType.CONFIG }, admin),
        ),
      ),
    );
    expect(outcomes.map(statusOf)).toEqual(names.map(() => 500));
    expect(world.filesAround()).toEqual(files);
    await world.assertUnharmed(before);
  });

  it("takes no message beyond 100 MB", async () => {
    const outcome = await client.call(PROCESS, Buffer.alloc(100 * 1024 * 1024 + 1));
    expect(outcome.code).toBe(status.RESOURCE_EXHAUSTED);
    await world.commitSomething();
  });
});

describe("a gateway under hostile requests", () => {
  const encode = {
    evaluate: (proposal: peer.SignedProposal) =>
      toBinary(
        gateway.EvaluateRequestSchema,
        create(gateway.EvaluateRequestSchema, { channelId: "trade", transactionId: "t", proposedTransaction: proposal }),
      ),
    endorse: (proposal: peer.SignedProposal) =>
      toBinary(
        gateway.EndorseRequestSchema,
        create(gateway.EndorseRequestSchema, { channelId: "trade", transactionId: "t", proposedTransaction: proposal }),
      ),
  };
  const proposal = async (): Promise<peer.SignedProposal> => signProposal(createProposal(request, user.serialized), user);
  const allowing = (...codes: status[]): readonly status[] => [...CIVIL, ...codes];

  async function attackGateway(
    method: string,
    attacks: readonly Buffer[],
    codes: readonly status[] = CIVIL,
    deadlineMs?: number,
  ): Promise<Set<string>> {
    const outcomes = await inParallel(attacks, (message) => client.call(`/gateway.Gateway/${method}`, message, deadlineMs));
    for (const { code, details } of outcomes) expect([codes.includes(code), status[code], details]).toEqual([true, status[code], details]);
    return new Set(outcomes.map(({ code }) => status[code]));
  }

  it("survives 300 mutilated requests to evaluate and to endorse", async () => {
    const before = await world.ledger();
    const random = new Random(21);
    const good = await proposal();
    const evaluate = Array.from({ length: 150 }, () => mutate(encode.evaluate(good), random));
    const endorse = Array.from({ length: 150 }, () => mutate(encode.endorse(good), random));
    expect((await attackGateway("Evaluate", evaluate)).size).toBeGreaterThan(2);
    expect((await attackGateway("Endorse", endorse)).size).toBeGreaterThan(2);
    await world.assertUnharmed(before);
  });

  it("submits none of 200 transactions that are not signed by their creator or not endorsed", async () => {
    const before = await world.ledger();
    const random = new Random(22);
    const payload = await endorsedPayload(world.network, [1]);
    const submit = (envelope: Buffer): Buffer =>
      Buffer.from(
        toBinary(
          gateway.SubmitRequestSchema,
          create(gateway.SubmitRequestSchema, {
            channelId: "trade",
            transactionId: "t",
            preparedTransaction: fromBinary(common.EnvelopeSchema, envelope),
          }),
        ),
      );
    const good = submit(await signedEnvelope(payload, user));
    const bare = submit(Buffer.from(toBinary(common.EnvelopeSchema, create(common.EnvelopeSchema, { payload }))));
    const outcomes = await attackGateway("Submit", [bare, ...Array.from({ length: 200 }, () => mutate(good, random))]);
    expect(outcomes).toContain("INVALID_ARGUMENT");
    await world.assertNothingCommitted(before);
  });

  it("answers or waits for 200 mutilated requests for a commit's status, and forgets them when their clients do", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const random = new Random(23);
    const inner = toBinary(
      gateway.CommitStatusRequestSchema,
      create(gateway.CommitStatusRequestSchema, { channelId: "trade", transactionId: "unknown", identity: user.serialized }),
    );
    const sign = async (bytes: Uint8Array): Promise<Buffer> =>
      Buffer.from(
        toBinary(
          gateway.SignedCommitStatusRequestSchema,
          create(gateway.SignedCommitStatusRequestSchema, { request: bytes, signature: await user.sign(bytes) }),
        ),
      );
    const good = await sign(inner);
    const attacks = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => (index % 2 === 0 ? mutate(good, random) : await sign(mutate(inner, random)))),
    );
    const outcomes = await attackGateway("CommitStatus", attacks, allowing(status.DEADLINE_EXCEEDED, status.CANCELLED), 500);
    expect(outcomes).toContain("PERMISSION_DENIED");
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("shows no events to 200 mutilated requests, and stops when their clients do", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const random = new Random(24);
    const inner = toBinary(
      gateway.ChaincodeEventsRequestSchema,
      create(gateway.ChaincodeEventsRequestSchema, {
        channelId: "trade",
        chaincodeId: "basic",
        identity: user.serialized,
        startPosition: { Type: { case: "specified", value: { number: 0n } } },
      }),
    );
    const sign = async (bytes: Uint8Array): Promise<Buffer> =>
      Buffer.from(
        toBinary(
          gateway.SignedChaincodeEventsRequestSchema,
          create(gateway.SignedChaincodeEventsRequestSchema, { request: bytes, signature: await user.sign(bytes) }),
        ),
      );
    const good = await sign(inner);
    const attacks = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => (index % 2 === 0 ? mutate(good, random) : await sign(mutate(inner, random)))),
    );
    const outcomes = await inParallel(attacks, (message) =>
      client.stream("/gateway.Gateway/ChaincodeEvents", [message], { deadlineMs: 500 }),
    );
    const codes = new Set(outcomes.map(({ code }) => code));
    for (const code of codes) expect(allowing(status.DEADLINE_EXCEEDED, status.CANCELLED)).toContain(code);
    expect(codes).toContain(status.PERMISSION_DENIED);
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });
});

describe("a peer under hostile requests for blocks", () => {
  it.each(["Deliver", "DeliverFiltered", "DeliverWithPrivateData"])("survives 100 of them: %s", async (method) => {
    const before = await world.ledger();
    const random = new Random(31);
    const good = await seekEnvelope({ start: 0, stop: 1, behavior: "fail" }, user);
    const { payload } = fromBinary(common.EnvelopeSchema, good);
    const attacks = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        index % 2 === 0 ? mutate(good, random) : await signedEnvelope(mutate(payload, random), user),
      ),
    );
    const outcomes = await inParallel(attacks, (message) =>
      client.stream(`/protos.Deliver/${method}`, [message], { deadlineMs: 1500, enough: 3 }),
    );
    const ends = new Set(outcomes.map(({ code }) => code));
    for (const code of ends) expect([status.OK, status.INTERNAL, status.DEADLINE_EXCEEDED, status.CANCELLED]).toContain(code);
    await world.assertUnharmed(before);
  });
});

describe("after all of it", () => {
  it("nothing is left of the attackers, and memory is within bounds", async () => {
    client[Symbol.dispose]();
    await until(
      () => world.holdings().megabytes < MEMORY,
      () => JSON.stringify(world.holdings()),
    );
    client = new RawClient(address);
    await world.commitSomething();
    expect(world.holdings().megabytes).toBeLessThan(MEMORY);
  });
});
