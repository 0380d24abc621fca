import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { createEnvelope, createHeader, type LocalSigningIdentity } from "@heddle/fabric";
import { common, orderer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configUpdate, endorsedPayload, envelopeBytes, impostors, seekEnvelope, signedEnvelope } from "./support/envelopes.ts";
import { mutate } from "./support/mutate.ts";
import { Random } from "./support/random.ts";
import { inParallel, RawClient, type Outcome } from "./support/raw-client.ts";
import { until, World } from "./support/world.ts";

const BROADCAST = "/orderer.AtomicBroadcast/Broadcast";
const DELIVER = "/orderer.AtomicBroadcast/Deliver";
/** What a process under attack may hold at most, in MB. */
const MEMORY = 450;

let world: World;
let client: RawClient;
let user: LocalSigningIdentity;

beforeAll(async () => {
  world = await World.start();
  client = new RawClient(world.network.ordererAddress);
  ({ user } = world.network.organization(1));
});

afterAll(async () => {
  client[Symbol.dispose]();
  await world.close();
});

/** The statuses that an orderer answered, by name; a gRPC failure by its code. */
function answersOf({ code, answers }: Outcome): string[] {
  const statuses = answers.map((answer) => common.Status[fromBinary(orderer.BroadcastResponseSchema, answer).status] ?? "?");
  return code === status.OK ? statuses : [...statuses, status[code]];
}

const broadcast = async (...envelopes: Buffer[]): Promise<string[]> => answersOf(await client.stream(BROADCAST, envelopes));

describe("an orderer under hostile envelopes", () => {
  it("takes none that is not signed by who says so", async () => {
    const before = await world.ledger();
    const payload = await endorsedPayload(world.network, [1, 2]);
    const { foreign, unknown, expired, keyOfAnother } = await impostors(world.network);
    const as = async (identity: LocalSigningIdentity): Promise<Buffer> =>
      envelopeBytes(
        await createEnvelope({ type: common.HeaderType.ENDORSER_TRANSACTION, channelId: "trade", data: Buffer.from("x") }, identity),
      );
    const bare = (init: Parameters<typeof create<typeof common.EnvelopeSchema>>[1]): Buffer =>
      envelopeBytes(create(common.EnvelopeSchema, init));
    expect(await broadcast(bare({ payload }))).toEqual(["FORBIDDEN"]);
    expect(await broadcast(bare({ payload, signature: Buffer.from("nobody") }))).toEqual(["FORBIDDEN"]);
    expect(await broadcast(await signedEnvelope(payload, keyOfAnother))).toEqual(["FORBIDDEN"]);
    expect(await broadcast(await as(foreign))).toEqual(["FORBIDDEN"]);
    expect(await broadcast(await as(unknown))).toEqual(["FORBIDDEN"]);
    expect(await broadcast(await as(expired))).toEqual(["BAD_REQUEST"]);
    expect(await broadcast(bare({}))).toEqual(["BAD_REQUEST"]);
    expect(await broadcast(bare({ payload: Buffer.from([0xff]) }))).toEqual(["BAD_REQUEST"]);
    await world.assertUnharmed(before);
  });

  it("takes none of another channel, of another kind, or that is too large", async () => {
    const before = await world.ledger();
    const make = async (init: { type: common.HeaderType; channelId?: string; data?: Buffer }): Promise<Buffer> =>
      envelopeBytes(await createEnvelope({ channelId: "trade", data: Buffer.from("x"), ...init }, user));
    expect(await broadcast(await make({ type: common.HeaderType.ENDORSER_TRANSACTION, channelId: "elsewhere" }))).toEqual(["BAD_REQUEST"]);
    expect(await broadcast(await make({ type: common.HeaderType.ENDORSER_TRANSACTION, channelId: "" }))).toEqual(["BAD_REQUEST"]);
    expect(await broadcast(await make({ type: common.HeaderType.ENDORSER_TRANSACTION, channelId: "../trade" }))).toEqual(["BAD_REQUEST"]);
    expect(await broadcast(await make({ type: common.HeaderType.CONFIG }))).toEqual(["BAD_REQUEST"]);
    expect(await broadcast(await make({ type: common.HeaderType.ORDERER_TRANSACTION }))).toEqual(["BAD_REQUEST"]);
    expect(await broadcast(await make({ type: common.HeaderType.ENDORSER_TRANSACTION, data: Buffer.alloc(11 * 1024 * 1024) }))).toEqual([
      "BAD_REQUEST",
    ]);
    expect(await broadcast(await make({ type: common.HeaderType.ENDORSER_TRANSACTION, data: Buffer.alloc(100 * 1024 * 1024) }))).toEqual([
      "RESOURCE_EXHAUSTED",
    ]);
    await world.assertUnharmed(before);
  });

  it("takes no configuration that lacks consent, or that was changed after it was given", async () => {
    const before = await world.ledger();
    const { admin } = world.network.organization(1);
    const random = new Random(1);
    const agreed = await configUpdate(world.network, [admin, world.network.organization(2).admin], user);
    expect(await broadcast(envelopeBytes(agreed))).toEqual(["BAD_REQUEST"]);
    const payload = fromBinary(common.PayloadSchema, agreed.payload);
    const attacks = await Promise.all(
      Array.from({ length: 120 }, async () => {
        const data = mutate(payload.data, random);
        const header = createHeader({ type: common.HeaderType.CONFIG_UPDATE, channelId: "trade", creator: user.serialized });
        return signedEnvelope(toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data })), user);
      }),
    );
    const answers = await inParallel(attacks, (attack) => broadcast(attack));
    expect(new Set(answers.flat())).toEqual(new Set(["BAD_REQUEST"]));
    await world.assertUnharmed(before);
  });

  it("refuses 700 mutilated envelopes of a good transaction", async () => {
    const before = await world.ledger();
    const random = new Random(2);
    const good = await signedEnvelope(await endorsedPayload(world.network, [1, 2]), user);
    const attacks = Array.from({ length: 700 }, () => mutate(good, random));
    const answers = await inParallel(attacks, (attack) => broadcast(attack));
    const kinds = new Set(answers.flat());
    for (const answer of kinds) expect(["BAD_REQUEST", "FORBIDDEN", "INTERNAL", "SUCCESS"]).toContain(answer);
    expect(kinds.size).toBeGreaterThan(2);
    // Bytes that say the same, such as with unknown fields after it, are that envelope.
    const { payload } = fromBinary(common.EnvelopeSchema, good);
    for (const [index, [answer]] of answers.entries()) {
      const taken = answer === "SUCCESS" ? fromBinary(common.EnvelopeSchema, attacks[index] ?? Buffer.alloc(0)).payload : payload;
      expect(Buffer.from(taken).equals(payload)).toBe(true);
    }
    const codes = await world.codesFrom(before.height);
    expect(codes.filter((code) => code === "VALID").length).toBeLessThanOrEqual(1);
    await world.commitSomething();
  });

  it("orders what a member signs, as Fabric does, and commits none of 400 that lack an endorsement or are torn", async () => {
    const before = await world.ledger();
    const random = new Random(3);
    const payload = await endorsedPayload(world.network, [1]);
    const attacks = await Promise.all(Array.from({ length: 400 }, () => signedEnvelope(mutate(payload, random), user)));
    const answers = await inParallel(attacks, (attack) => broadcast(attack));
    expect(answers.filter(([answer]) => answer === "SUCCESS").length).toBeGreaterThan(50);
    const codes = await world.assertNothingCommitted(before);
    expect(new Set(codes).size).toBeGreaterThan(4);
  });

  it("commits no replay", async () => {
    const replayed = await signedEnvelope(await endorsedPayload(world.network, [1, 2], "replayed"), user);
    expect(await broadcast(replayed)).toEqual(["SUCCESS"]);
    await world.commitSomething();
    const before = await world.ledger();
    expect(await broadcast(...Array.from({ length: 20 }, () => replayed))).toEqual(Array.from({ length: 20 }, () => "SUCCESS"));
    const codes = await world.assertNothingCommitted(before);
    expect(new Set(codes)).toEqual(new Set(["DUPLICATE_TXID"]));
  });

  it("ends a stream at its first refusal, however much follows", async () => {
    const before = await world.ledger();
    const refused = envelopeBytes(create(common.EnvelopeSchema));
    const large = await signedEnvelope(Buffer.alloc(1024 * 1024), user);
    expect(await broadcast(refused, ...Array.from({ length: 20 }, () => large))).toEqual(["BAD_REQUEST"]);
    await world.assertUnharmed(before);
  });
});

describe("an orderer under hostile requests for blocks", () => {
  /** The statuses and blocks that were answered. */
  function read({ code, answers }: Outcome): string[] {
    const seen = answers.map((answer) => {
      const { Type } = fromBinary(orderer.DeliverResponseSchema, answer);
      return Type.case === "status" ? (common.Status[Type.value] ?? "?") : String(Type.case);
    });
    return code === status.OK ? seen : [...seen, status[code]];
  }
  const deliver = async (request: Buffer): Promise<string[]> =>
    read(await client.stream(DELIVER, [request], { deadlineMs: 1500, enough: 3 }));

  it("shows nothing to strangers, of nothing, from beyond the end", async () => {
    const before = await world.ledger();
    const { foreign, unknown, expired, keyOfAnother } = await impostors(world.network);
    for (const stranger of [foreign, unknown, expired, keyOfAnother])
      expect(await deliver(await seekEnvelope({ start: "oldest" }, stranger))).toEqual(["FORBIDDEN"]);
    expect(await deliver(await seekEnvelope({ start: "oldest" }, user, "elsewhere"))).toEqual(["NOT_FOUND"]);
    expect(await deliver(await seekEnvelope({ start: 2n ** 64n - 1n }, user))).toEqual(["NOT_FOUND"]);
    expect(await deliver(await seekEnvelope({ start: 2, stop: 1 }, user))).toEqual(["BAD_REQUEST"]);
    expect(await deliver(await seekEnvelope({ start: 1_000_000, stop: 2_000_000 }, user))).toEqual(["NOT_FOUND"]);
    expect(await deliver(Buffer.alloc(0))).toEqual(["BAD_REQUEST"]);
    await world.assertUnharmed(before);
  });

  it("survives 400 mutilated requests, signed and not", async () => {
    const before = await world.ledger();
    const random = new Random(4);
    const good = await seekEnvelope({ start: 0, stop: 1, behavior: "fail" }, user);
    const { payload } = fromBinary(common.EnvelopeSchema, good);
    const attacks = await Promise.all(
      Array.from({ length: 400 }, async (_, index) =>
        index % 2 === 0 ? mutate(good, random) : await signedEnvelope(mutate(payload, random), user),
      ),
    );
    const answers = await inParallel(attacks, deliver);
    const ends = new Set(answers.map((seen) => seen.at(-1)));
    for (const end of ends)
      expect(["BAD_REQUEST", "FORBIDDEN", "NOT_FOUND", "SUCCESS", "INTERNAL", "block", "DEADLINE_EXCEEDED"]).toContain(end);
    expect(ends).toContain("FORBIDDEN");
    await world.assertUnharmed(before);
  });

  it("does not hoard the requests of one that waits", async () => {
    const before = world.holdings();
    const waiting = await seekEnvelope({ start: "next" }, user);
    const heavy = await signedEnvelope(Buffer.alloc(4 * 1024 * 1024), user);
    const requests = [waiting, ...Array.from({ length: 24 }, () => heavy)];
    let over = false;
    const streams = Promise.all(
      Array.from({ length: 4 }, () => client.stream(DELIVER, requests, { deadlineMs: 2500, open: true })),
    ).finally(() => (over = true));
    let most = 0;
    await until(
      () => {
        most = Math.max(most, world.holdings().megabytes);
        return over;
      },
      () => String(most),
    );
    await streams;
    expect(most - before.megabytes).toBeLessThan(100);
    await world.assertNothingLeft(before, MEMORY);
    await world.commitSomething();
  });
});
