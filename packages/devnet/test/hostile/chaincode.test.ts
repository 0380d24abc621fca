import { create, toBinary } from "@bufbuild/protobuf";
import { GatewayClient, packageChaincodeService, packageId, type LocalSigningIdentity, type NodeAddress } from "@heddle/fabric";
import { isHeddleError } from "@heddle/network";
import { peer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  HostileChaincode,
  message,
  register,
  request,
  Type,
  type Greeting,
  type HostileStream,
  type Script,
} from "./support/hostile-chaincode.ts";
import { mutate } from "./support/mutate.ts";
import { Random } from "./support/random.ts";
import { inParallel, RawClient } from "./support/raw-client.ts";
import { until, World } from "./support/world.ts";

/** What a process under attack may hold at most, in MB. */
const MEMORY = 600;
const EXECUTION_MS = 1000;
const STARTUP_MS = 800;

let world: World;
let chaincode: HostileChaincode;
let gatewayClient: GatewayClient;
let user: LocalSigningIdentity;
let chaincodePort: NodeAddress;

beforeAll(async () => {
  world = await World.start({ execution: EXECUTION_MS, startup: STARTUP_MS });
  const one = world.network.organization(1);
  ({ user } = one);
  gatewayClient = new GatewayClient(one.peer);
  chaincodePort = { address: `127.0.0.1:${one.chaincodePort}`, tlsRootPem: one.peer.tlsRootPem };
  chaincode = await HostileChaincode.listen();
  const label = "hostile_1.0";
  const bytes = await packageChaincodeService(label, { address: `127.0.0.1:${chaincode.port}`, dial_timeout: "2s", tls_required: false });
  chaincode.packageId = packageId(label, bytes);
  const spec = { name: "hostile", version: "1.0", sequence: 1, endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')" };
  for (const { client, admin } of world.network.organizations) {
    await client.installChaincode(bytes, admin);
    const approval = await client.endorseApproval("trade", spec, chaincode.packageId, admin);
    await world.network.commit(approval.txId, approval.proposalBytes, [approval.response], admin);
  }
  await world.network.commitDefinition(spec);
});

afterAll(async () => {
  gatewayClient.close();
  chaincode.close();
  await world.close();
});

const key = "stolen";
const get = (transaction: peer.ChaincodeMessage, name = key): Buffer =>
  request(transaction, Type.GET_STATE, peer.GetStateSchema, { key: name });
const put = (transaction: peer.ChaincodeMessage, name = key, value = Buffer.from("evil")): Buffer =>
  request(transaction, Type.PUT_STATE, peer.PutStateSchema, { key: name, value });
const complete = (transaction: peer.ChaincodeMessage, code = 200): Buffer =>
  request(transaction, Type.COMPLETED, peer.ResponseSchema, { status: code });
const bare = (transaction: peer.ChaincodeMessage, type: number, payload: Uint8Array = new Uint8Array()): Buffer =>
  message({ type: type as peer.ChaincodeMessage_Type, txid: transaction.txid, channelId: transaction.channelId, payload });

/** Sends these on the transaction, one after the other, without waiting for answers. */
const send = (name: string, ...make: ReadonlyArray<(transaction: peer.ChaincodeMessage) => Uint8Array>): Script => ({
  name,
  run: (stream, transaction) => {
    for (const one of make) stream.write(one(transaction));
  },
});

/** Sends each once the one before is answered, and then ends well, with the type of the last answer as its result. */
const converse = (
  name: string,
  ...make: ReadonlyArray<(transaction: peer.ChaincodeMessage, answer: peer.ChaincodeMessage | undefined) => Uint8Array>
): Script => {
  const steps = new WeakMap<HostileStream, Map<string, number>>();
  const advance = (stream: HostileStream, transaction: peer.ChaincodeMessage, answer?: peer.ChaincodeMessage): void => {
    // A transaction that failed at one peer comes again from the other.
    const taken = steps.get(stream) ?? new Map<string, number>();
    const step = taken.get(transaction.txid) ?? 0;
    steps.set(stream, taken.set(transaction.txid, step + 1));
    const payload = Buffer.from(answer === undefined ? "" : Type[answer.type]);
    stream.write(make[step]?.(transaction, answer) ?? request(transaction, Type.COMPLETED, peer.ResponseSchema, { status: 200, payload }));
  };
  return {
    name,
    run: (stream, transaction) => advance(stream, transaction),
    answered: (stream, answer) => advance(stream, answer, answer),
  };
};

/** Runs a script of the hostile chaincode once; how it ended. Anything but an answer or a refusal is an error. */
async function evaluate(script: Script): Promise<string> {
  chaincode.scripts.set(script.name, script);
  try {
    const args = [script.name];
    return Buffer.from(await gatewayClient.evaluate({ channelId: "trade", chaincode: "hostile", args }, user)).toString();
  } catch (error) {
    if (!isHeddleError(error, "FABRIC_REFUSED")) throw error;
    return error.problems[0]?.message ?? error.message;
  }
}

/** What good chaincode would do. */
const goodEnd = send("a good end", (t) => request(t, Type.COMPLETED, peer.ResponseSchema, { status: 200, payload: Buffer.from("good") }));

/** Waits until the hostile chaincode runs as if it were good. */
async function runsAgain(): Promise<void> {
  await until(
    async () => (await evaluate(goodEnd)) === "good",
    () => "the chaincode does not run again",
  );
}

const huge = Buffer.alloc(3 * 1024 * 1024, 0x61);

/** What is as good as nothing. */
const silent: readonly Script[] = [
  { name: "silence", run: () => undefined },
  send("an empty message", () => Buffer.alloc(0)),
  send("an unknown type", (t) => bare(t, 99)),
  send("a type below zero", (t) => bare(t, -5)),
];

/** Within one transaction, on a stream that lives on. */
const talks: readonly Script[] = [
  send("KEEPALIVE", (t) => bare(t, Type.KEEPALIVE), complete),
  send("REGISTER again", () => register(chaincode.packageId), complete),
  send("REGISTER as somebody else", () => register("basic_1.0:0000"), complete),
  send(
    "REGISTERED, READY, INIT, TRANSACTION and RESPONSE of its own",
    ...[Type.REGISTERED, Type.READY, Type.INIT, Type.TRANSACTION, Type.RESPONSE].map((type) => (t: peer.ChaincodeMessage) => bare(t, type)),
    complete,
  ),
  send("an end without payload", (t) => bare(t, Type.COMPLETED)),
  send("an end whose payload is none", (t) => bare(t, Type.COMPLETED, Buffer.from([0xff]))),
  send("an end of another transaction", (t) => complete({ ...t, txid: "0".repeat(64) }), complete),
  send("an end on another channel", (t) => complete({ ...t, channelId: "elsewhere" }), complete),
  send("two ends", complete, complete),
  send("an end and then writes", complete, put, get, complete),
  send("an error, and then an end", (t) => bare(t, Type.ERROR, Buffer.from("no")), complete),
  send("an error that is no text", (t) => bare(t, Type.ERROR, Buffer.from([0xff, 0xfe, 0x00]))),
  send("an error of 3 MB", (t) => bare(t, Type.ERROR, huge)),
  send("a status below zero", (t) => complete(t, -1)),
  send("a status beyond any", (t) => complete(t, 2_147_483_647)),
  send("a result of 3 MB", (t) => request(t, Type.COMPLETED, peer.ResponseSchema, { status: 200, payload: huge })),
  send("an event of somebody else", (t) =>
    message({
      type: Type.COMPLETED,
      txid: t.txid,
      channelId: t.channelId,
      payload: toBinary(peer.ResponseSchema, create(peer.ResponseSchema, { status: 200 })),
      chaincodeEvent: create(peer.ChaincodeEventSchema, { chaincodeId: "basic", txId: "x", eventName: "forged", payload: huge }),
    }),
  ),
  send("two requests at once", get, get, complete),
  send("a hundred requests at once", ...Array.from({ length: 100 }, () => (t: peer.ChaincodeMessage) => put(t)), complete),
  converse("a request without payload", (t) => bare(t, Type.GET_STATE)),
  converse("a request whose payload is none", (t) => bare(t, Type.PUT_STATE, Buffer.from([0xff]))),
  converse("an empty key", (t) => put(t, "")),
  converse(
    "a key of 3 MB",
    (t) => put(t, huge.toString("latin1")),
    (t) => get(t, huge.toString("latin1")),
  ),
  converse("a key that is no UTF-8", (t) => bare(t, Type.GET_STATE, Buffer.from([0x0a, 2, 0xc3, 0x28]))),
  converse("a value of 3 MB", (t) => put(t, key, huge)),
  converse(
    "keys of others",
    (t) => put(t, "\u0000\u{10FFFF}initialized"),
    (t) => get(t, "namespaces/fields/basic/Sequence"),
  ),
  converse("somebody's collection", (t) => request(t, Type.GET_STATE, peer.GetStateSchema, { key, collection: "_implicit_org_Org2MSP" })),
  converse("a write to somebody's collection", (t) =>
    request(t, Type.PUT_STATE, peer.PutStateSchema, { key, collection: "_implicit_org_Org2MSP", value: Buffer.from("x") }),
  ),
  converse("a batch of 50,000 keys", (t) =>
    request(t, Type.GET_STATE_MULTIPLE, peer.GetStateMultipleSchema, { keys: Array.from({ length: 50_000 }, (_, index) => `k${index}`) }),
  ),
  converse("a batch of 50,000 writes", (t) =>
    request(t, Type.WRITE_BATCH_STATE, peer.WriteBatchStateSchema, {
      rec: Array.from({ length: 50_000 }, (_, index) => ({ key: `k${index}`, type: peer.WriteRecord_Type.PUT_STATE })),
    }),
  ),
  converse("a batch of writes of no kind", (t) =>
    request(t, Type.WRITE_BATCH_STATE, peer.WriteBatchStateSchema, { rec: [{ key, type: 77 as peer.WriteRecord_Type }] }),
  ),
  converse("a range that ends before it begins", (t) =>
    request(t, Type.GET_STATE_BY_RANGE, peer.GetStateByRangeSchema, { startKey: "z", endKey: "a" }),
  ),
  converse(
    "200 ranges that it never closes",
    ...Array.from({ length: 200 }, () => (t: peer.ChaincodeMessage) => request(t, Type.GET_STATE_BY_RANGE, peer.GetStateByRangeSchema, {})),
  ),
  converse("a page of less than nothing", (t) =>
    request(t, Type.GET_STATE_BY_RANGE, peer.GetStateByRangeSchema, {
      metadata: toBinary(peer.QueryMetadataSchema, create(peer.QueryMetadataSchema, { pageSize: -1, bookmark: "\uffff" })),
    }),
  ),
  converse("a page that is none", (t) =>
    request(t, Type.GET_STATE_BY_RANGE, peer.GetStateByRangeSchema, { metadata: Buffer.from([0xff]) }),
  ),
  converse("the next of a query that it never asked", (t) =>
    request(t, Type.QUERY_STATE_NEXT, peer.QueryStateNextSchema, { id: "constructor" }),
  ),
  converse("the close of a query that it never asked", (t) =>
    request(t, Type.QUERY_STATE_CLOSE, peer.QueryStateCloseSchema, { id: "__proto__" }),
  ),
  converse("a rich query", (t) => request(t, Type.GET_QUERY_RESULT, peer.GetQueryResultSchema, { query: "{" })),
  converse("history of an empty key", (t) => request(t, Type.GET_HISTORY_FOR_KEY, peer.GetHistoryForKeySchema, {})),
  ...["hostile", "constructor", "basic", "_lifecycle", "cscc", "qscc", "lscc", "", "/", "hostile/", "basic/elsewhere", "a/b/c"].map(
    (name) =>
      converse(`a call of "${name}"`, (t) =>
        request(t, Type.INVOKE_CHAINCODE, peer.ChaincodeSpecSchema, {
          chaincodeId: { name },
          input: { args: [Buffer.from("get"), Buffer.from("good")] },
        }),
      ),
  ),
  converse("a call of nobody", (t) => request(t, Type.INVOKE_CHAINCODE, peer.ChaincodeSpecSchema, {})),
  send(
    "a call, and an end before it is answered",
    (t) =>
      request(t, Type.INVOKE_CHAINCODE, peer.ChaincodeSpecSchema, {
        chaincodeId: { name: "basic" },
        input: { args: [Buffer.from("get"), Buffer.from("good")] },
      }),
    complete,
  ),
];

/** What breaks the stream, and with it every transaction that runs on it. */
const breaks: readonly Script[] = [
  send("bytes that are no message", () => Buffer.from([0xff, 0xff, 0xff])),
  { name: "an end of the stream", run: (stream) => stream.end() },
  { name: "a broken stream", run: (stream) => stream.reset() },
  { name: "a message beyond 100 MB", run: (stream, t) => stream.write(bare(t, Type.ERROR, Buffer.alloc(100 * 1024 * 1024 + 1))) },
];

describe("a peer that runs hostile chaincode", () => {
  it("answers or refuses all that it can say within a transaction, on one stream", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const dialled = chaincode.dialled;
    const ends = new Map<string, string>();
    const end = async (script: Script): Promise<void> => void ends.set(script.name, await evaluate(script));
    await Promise.all(silent.map(end));
    for (const script of talks) await end(script);
    for (const { name } of silent)
      expect([name, ends.get(name)]).toEqual([name, expect.stringContaining("timeout expired while executing")]);
    expect(ends.get("an end and then writes")).toBe("");
    expect(ends.get("a status below zero")).toBe("chaincode response -1, ");
    expect(ends.get("an error of 3 MB")).toMatch(/more bytes left out/);
    expect(ends.get("an end whose payload is none")).toContain("failed to unmarshal");
    expect([...ends].filter(([, outcome]) => outcome === "ERROR").map(([name]) => name)).toEqual([
      "a request whose payload is none",
      "a key that is no UTF-8",
      "somebody's collection",
      "a write to somebody's collection",
      "a batch of writes of no kind",
      "a page that is none",
      "the next of a query that it never asked",
      "a rich query",
      'a call of "hostile"',
      'a call of "constructor"',
      'a call of ""',
      'a call of "/"',
      'a call of "hostile/"',
      'a call of "basic/elsewhere"',
      'a call of "a/b/c"',
      "a call of nobody",
    ]);
    // Each peer dialled at most once.
    expect(chaincode.dialled).toBeLessThanOrEqual(dialled + 2);
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("survives all of it at once", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const ends = await inParallel([...silent, ...talks.toReversed()], evaluate, 16);
    expect(ends).toHaveLength(silent.length + talks.length);
    await runsAgain();
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it.each(breaks)("survives $name, and dials again", async (script) => {
    const before = await world.ledger();
    await runsAgain();
    const dialled = chaincode.dialled;
    const waiting = evaluate({ name: "silence", run: () => undefined });
    // A message beyond 100 MB may take longer to arrive than the transaction may run.
    expect(await evaluate(script)).toMatch(/chaincode stream terminated|timeout expired/);
    expect(await waiting).toMatch(/chaincode stream terminated|timeout expired/);
    await runsAgain();
    expect(chaincode.dialled).toBeGreaterThan(dialled);
    await world.assertUnharmed(before);
  });

  it("survives 600 mutilated messages, in the middle of transactions", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const random = new Random(41);
    const templates = [
      get,
      put,
      complete,
      (t: peer.ChaincodeMessage) => request(t, Type.GET_STATE_BY_RANGE, peer.GetStateByRangeSchema, { startKey: "a", endKey: "z" }),
      (t: peer.ChaincodeMessage) =>
        request(t, Type.INVOKE_CHAINCODE, peer.ChaincodeSpecSchema, {
          chaincodeId: { name: "basic" },
          input: { args: [Buffer.from("get"), Buffer.from("good")] },
        }),
    ];
    let sent = 0;
    const noise: Script = {
      name: "noise",
      run: (stream, transaction) => {
        for (let index = 0; index < 6; index += 1) {
          sent += 1;
          stream.write(mutate(random.pick(templates)(transaction), random));
        }
        stream.write(complete(transaction));
      },
      answered: (stream, answer) => stream.write(complete(answer)),
    };
    await inParallel(Array.from({ length: 100 }), () => evaluate(noise), 12);
    expect(sent).toBeGreaterThan(400);
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("keeps what chaincode writes in its own namespace, whatever the key", async () => {
    const before = await world.ledger();
    for (const name of ["namespaces/fields/basic/Sequence", "CHANNEL_CONFIG_ENV_BYTES", "good"]) {
      const script = converse(`a write of ${name}`, (t) => put(t, name));
      chaincode.scripts.set(script.name, script);
      await gatewayClient.submit(
        { channelId: "trade", chaincode: "hostile", args: [script.name], endorsingOrganizations: ["Org1MSP"] },
        user,
      );
    }
    const { client, admin } = world.network.organization(1);
    const definitions = await client.committedChaincodes("trade", admin);
    expect(definitions.map(({ name, sequence }) => [name, sequence])).toEqual([
      ["basic", 1],
      ["hostile", 1],
    ]);
    const read = await gatewayClient.evaluate({ channelId: "trade", chaincode: "basic", args: ["get", "good"] }, user);
    expect(Buffer.from(read).toString()).toMatch(/^\d+$/);
    expect((await world.ledger()).height).toBe(before.height + 3);
    await world.commitSomething();
  });
});

describe("a peer that dials hostile chaincode", () => {
  const greetings: ReadonlyArray<readonly [string, Greeting]> = [
    ["says nothing", () => undefined],
    ["hangs up", (stream) => stream.end()],
    ["breaks off", (stream) => stream.reset()],
    ["says what is no message", (stream) => stream.write(Buffer.from([0xff, 0xff]))],
    ["registers as somebody else", (stream) => stream.write(register("basic_1.0:0000"))],
    ["registers as nobody", (stream) => stream.write(message({ type: Type.REGISTER }))],
    ["registers with what is no name", (stream) => stream.write(message({ type: Type.REGISTER, payload: Buffer.from([0xff]) }))],
    ["ends transactions before it registers", (stream) => stream.write(message({ type: Type.COMPLETED, txid: "x", channelId: "trade" }))],
    ["registers as 3 MB", (stream) => stream.write(register(huge.toString("latin1")))],
  ];

  it.each(greetings)("that %s does not wait for ever", async (_, greeting) => {
    const before = await world.ledger();
    await evaluate({ name: "hangs up", run: (stream) => stream.end() });
    chaincode.greeting = greeting;
    const dialled = chaincode.dialled;
    const outcomes = await Promise.all([evaluate(goodEnd), evaluate(goodEnd)]);
    expect(chaincode.dialled).toBeGreaterThan(dialled);
    for (const outcome of outcomes) expect(outcome).toContain(`could not launch chaincode ${chaincode.packageId}`);
    chaincode.greeting = (stream, id) => stream.write(register(id));
    await runsAgain();
    await world.assertUnharmed(before);
  });
});

describe("a peer that hostile chaincode dials", () => {
  const REGISTER = "/protos.ChaincodeSupport/Register";
  const installed = async (): Promise<string> => {
    const { client, admin } = world.network.organization(1);
    return (await client.installedChaincodes(admin)).find(({ label }) => label === "basic_1.0")?.packageId ?? "";
  };

  it("keeps the chaincode that it has, and lets nobody in by another name", async () => {
    const before = await world.ledger();
    const client = new RawClient(chaincodePort);
    const taken = await installed();
    for (const name of [taken, "", "../x", "no version", "a:b\nc", "x".repeat(1_000_000), "__proto__"]) {
      const { answers } = await client.stream(
        REGISTER,
        [register(name), message({ type: Type.COMPLETED, txid: "x", channelId: "trade" })],
        { deadlineMs: 2000 },
      );
      expect([name.slice(0, 20), answers.length]).toEqual([name.slice(0, 20), 0]);
    }
    client[Symbol.dispose]();
    await world.assertUnharmed(before);
  });

  it("survives 300 streams of noise, before and after they have registered, and forgets them at once", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const random = new Random(51);
    const client = new RawClient(chaincodePort);
    const templates = [
      register("dev:1.0"),
      message({ type: Type.COMPLETED, txid: "x", channelId: "trade", payload: Buffer.from("x") }),
      message({ type: Type.GET_STATE, txid: "x", channelId: "trade" }),
      message({ type: Type.KEEPALIVE }),
    ];
    const noise = (): Buffer[] => Array.from({ length: 5 }, () => mutate(random.pick(templates), random));
    const streams = Array.from({ length: 300 }, (_, index) => [...(index % 2 === 0 ? [register(`noise${index}:1.0`)] : []), ...noise()]);
    // gRPC for Node.js may leave a torn stream without a status; that is its sender's own affair.
    await inParallel(streams, (messages) => client.stream(REGISTER, messages, { deadlineMs: 700 }), 60);
    // Their names are free again, on the connection that they came by.
    const again = await inParallel([0, 100, 298], (index) =>
      client.stream(REGISTER, [register(`noise${index}:1.0`)], { enough: 2, open: true }),
    );
    expect(again.map(({ answers }) => answers.length)).toEqual([2, 2, 2]);
    client[Symbol.dispose]();
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("forgets 200 that register and then say nothing, once they are gone", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const client = new RawClient(chaincodePort);
    const streams = Array.from({ length: 200 }, (_, index) =>
      client.stream(REGISTER, [register(`idle${index}:1.0`)], { deadlineMs: 1500, open: true }),
    );
    expect((await Promise.all(streams)).every(({ answers }) => answers.length === 2)).toBe(true);
    client[Symbol.dispose]();
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });
});
