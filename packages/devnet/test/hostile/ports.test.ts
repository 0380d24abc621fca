import { connect as openHttp2, constants, type ClientHttp2Session } from "node:http2";
import { connect } from "node:net";
import { connect as secureConnect, type ConnectionOptions } from "node:tls";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { blockDataHash } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutate } from "./support/mutate.ts";
import { Random } from "./support/random.ts";
import { inParallel } from "./support/raw-client.ts";
import { sendHttp, sendRaw, type HttpAttack } from "./support/raw-http.ts";
import { until, World } from "./support/world.ts";

/** What a process under attack may hold at most, in MB. */
const MEMORY = 450;
const BASE = "/participation/v1/channels";

let world: World;
/** How the orderer's administrator connects. */
let admin: ConnectionOptions;
const ports = { admin: 0, operations: [] as number[], grpc: [] as number[] };

beforeAll(async () => {
  world = await World.start();
  const { ordererMaterial, config } = world.network;
  const user = ordererMaterial.users[0];
  admin = { ca: ordererMaterial.tlsCa.certificatePem, cert: user?.tls.certificatePem ?? "", key: user?.tls.privateKeyPem ?? "" };
  for (const node of config.nodes) {
    ports.operations.push(node.operations.port);
    ports.grpc.push(node.listen.port, ...(node.kind === "peer" ? [node.chaincode.port] : []));
    if (node.kind === "orderer") ports.admin = node.admin.port;
  }
});

afterAll(async () => {
  await world.close();
});

const administer = (attack: HttpAttack) => sendHttp(ports.admin, attack, admin);

/** A form as osnadmin sends it, with whatever parts. */
function form(...parts: ReadonlyArray<readonly [name: string, content: Uint8Array]>): Pick<HttpAttack, "headers" | "body"> {
  const lines = parts.flatMap(([name, content]) => [
    Buffer.from(`--edge\r\nContent-Disposition: form-data; name="${name}"; filename="x"\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ]);
  return {
    headers: { "content-type": "multipart/form-data; boundary=edge" },
    body: Buffer.concat([...lines, Buffer.from("--edge--\r\n")]),
  };
}

const join = (block: Uint8Array, part = "config-block"): HttpAttack => ({ method: "POST", path: BASE, ...form([part, block]) });
const update = (envelope: Uint8Array): HttpAttack => ({ method: "PUT", path: BASE, ...form(["config-update-envelope", envelope]) });

describe("an orderer's administration port", () => {
  it("lets in nobody that its own certificate authority does not know", async () => {
    const before = await world.ledger();
    const stranger = world.network.organization(1).material.users[0]?.tls;
    const strange = { ca: admin.ca, cert: stranger?.certificatePem, key: stranger?.privateKeyPem } as ConnectionOptions;
    for (const tls of [{ ca: admin.ca } as ConnectionOptions, strange, undefined]) {
      expect((await sendHttp(ports.admin, { method: "DELETE", path: `${BASE}/trade` }, tls)).status).toBe(0);
      expect((await sendHttp(ports.admin, { path: BASE }, tls)).status).toBe(0);
    }
    expect(await world.network.participation().list()).toEqual(["trade"]);
    await world.assertUnharmed(before);
  });

  const block = (): Uint8Array => world.network.genesis;
  const refused: ReadonlyArray<readonly [name: string, status: number, attack: () => HttpAttack]> = [
    ["another path", 404, () => ({ path: "/participation/v1/elsewhere" })],
    ["a path that goes up", 404, () => ({ path: `${BASE}/../../../etc/passwd` })],
    ["a path that begins alike", 404, () => ({ path: `${BASE}X` })],
    ["a path without name", 404, () => ({ path: `${BASE}/` })],
    ["a path of 15 KB", 400, () => ({ path: `${BASE}/${"a".repeat(15_000)}` })],
    ["headers of 20 KB", 431, () => ({ path: BASE, headers: { "x-more": "a".repeat(20_000) } })],
    ["half an escape", 400, () => ({ path: `${BASE}/%` })],
    ["an escape that is no UTF-8", 400, () => ({ path: `${BASE}/%ff%fe` })],
    ["the name of a folder", 400, () => ({ method: "DELETE", path: `${BASE}/..%2f..` })],
    ["a name of zero bytes", 400, () => ({ method: "DELETE", path: `${BASE}/%00` })],
    ["a name that JavaScript knows", 404, () => ({ method: "DELETE", path: `${BASE}/constructor` })],
    ["a name in capital letters", 400, () => ({ path: `${BASE}/__proto__` })],
    ["a block that JavaScript knows", 400, () => ({ path: `${BASE}/trade/blocks/constructor` })],
    ["a block of no number", 400, () => ({ path: `${BASE}/trade/blocks/1e3` })],
    ["a block before the first", 404, () => ({ path: `${BASE}/trade/blocks/-7` })],
    ["a block beyond any", 404, () => ({ path: `${BASE}/trade/blocks/${"9".repeat(300)}` })],
    ["a block deeper than blocks", 404, () => ({ path: `${BASE}/trade/blocks/0/1` })],
    ["another method", 405, () => ({ method: "PATCH", path: BASE })],
    ["another answer than JSON", 406, () => ({ path: BASE, headers: { accept: "text/html" } })],
    [
      "a form of another type",
      400,
      () => ({ method: "POST", path: BASE, headers: { "content-type": "text/plain" }, body: Buffer.from("x") }),
    ],
    ["a form without boundary", 400, () => ({ ...join(block()), headers: { "content-type": "multipart/form-data" } })],
    ["a form with another boundary", 400, () => ({ ...join(block()), headers: { "content-type": "multipart/form-data; boundary=other" } })],
    [
      "a form without end",
      400,
      () => ({ ...join(block()), body: form(["config-block", block()]).body?.subarray(0, -10) ?? Buffer.alloc(0) }),
    ],
    ["a form of nothing", 400, () => ({ ...join(block()), body: Buffer.alloc(0) })],
    ["a form of no parts", 400, () => ({ method: "POST", path: BASE, ...form() })],
    ["a form with the wrong part", 400, () => join(block(), "block")],
    ["a form with two parts", 400, () => ({ method: "POST", path: BASE, ...form(["config-block", block()], ["config-block", block()]) })],
    ["an empty block", 400, () => join(new Uint8Array())],
    ["what is no block", 400, () => join(Buffer.from("not a block"))],
    [
      "a block of transactions",
      400,
      () => join(toBinary(common.BlockSchema, create(common.BlockSchema, { data: { data: [Buffer.from("x")] } }))),
    ],
    ["half a block", 400, () => join(block().subarray(0, 500))],
    ["a channel that it has", 405, () => join(block())],
    ["an update that is none", 400, () => update(Buffer.from([0xff]))],
    ["an update of nothing", 400, () => update(new Uint8Array())],
    ["a block in place of an update", 400, () => update(block())],
    ["a body of one byte too many", 400, () => ({ ...join(block()), body: Buffer.alloc(1024 * 1024 + 1) })],
    ["a body of 20 MB", 400, () => ({ ...join(block()), body: Buffer.alloc(20 * 1024 * 1024) })],
  ];

  it("refuses each thing that is no request, as Fabric does", async () => {
    const before = await world.ledger();
    const files = world.filesAround();
    const outcomes: Array<readonly [string, number]> = [];
    for (const [name, , attack] of refused) outcomes.push([name, (await administer(attack())).status]);
    expect(outcomes).toEqual(refused.map(([name, status]) => [name, status]));
    expect(await world.network.participation().list()).toEqual(["trade"]);
    expect(world.filesAround()).toEqual(files);
    await world.assertUnharmed(before);
  });

  it("holds no body of 100 MB, and none that is shorter than it says", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const large = { ...join(block()), body: Buffer.alloc(100 * 1024 * 1024) };
    // It may be cut off before it reads the answer.
    expect([0, 400]).toContain((await administer(large)).status);
    const [port = 0] = ports.operations;
    expect([0, 400]).toContain((await sendHttp(port, { ...large, method: "PUT", path: "/logspec" })).status);
    expect(world.holdings().megabytes).toBeLessThan(MEMORY);
    const short = Buffer.from(
      `POST ${BASE} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x`,
    );
    for (const open of [true, false])
      expect((await sendRaw(ports.admin, short, { tls: admin, open })).bytes.toString()).not.toContain("201");
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("reads a form of nothing but boundaries in no time", async () => {
    const before = await world.ledger();
    const headers = { "content-type": "multipart/form-data; boundary=-" };
    const bodies = [Buffer.alloc(1024 * 1024, "-"), Buffer.alloc(1024 * 1024, "---\r\n"), Buffer.alloc(1024 * 1024, '--- name="')];
    const began = performance.now();
    for (const body of bodies) expect((await administer({ method: "POST", path: BASE, headers, body })).status).toBe(400);
    // A reader that looks for the end of each part's head in all that follows takes minutes.
    expect(performance.now() - began).toBeLessThan(10_000);
    await world.assertUnharmed(before);
  });

  it("joins none of 200 mutilated channels that cannot work, and can leave those that it joined", async () => {
    const before = await world.ledger();
    const files = world.filesAround();
    const random = new Random(61);
    const genesis = fromBinary(common.BlockSchema, world.network.genesis);
    /** The configuration is torn, and the block around it fits. */
    const consistent = (): Uint8Array => {
      const data = [mutate(genesis.data?.data[0] ?? new Uint8Array(), random)];
      return toBinary(common.BlockSchema, {
        ...genesis,
        header: create(common.BlockHeaderSchema, { dataHash: blockDataHash(data) }),
        data: create(common.BlockDataSchema, { data }),
      });
    };
    const blocks = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? mutate(world.network.genesis, random) : consistent()));
    const outcomes = await inParallel(blocks, (block) => administer(join(block)), 8);
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.filter((status) => ![201, 400, 405].includes(status))).toEqual([]);
    expect(statuses.filter((status) => status === 400).length).toBeGreaterThan(120);
    for (const name of await world.network.participation().list()) if (name !== "trade") await world.network.participation().remove(name);
    expect(world.filesAround()).toEqual(files);
    await world.assertUnharmed(before);
  });

  it("orders none of 200 mutilated forms", async () => {
    const before = await world.ledger();
    const random = new Random(62);
    const good = form(["config-block", world.network.genesis.subarray(0, 200)]).body ?? Buffer.alloc(0);
    const torn = (): Buffer => {
      const body = Buffer.from(good);
      for (let count = random.below(4); count >= 0; count -= 1) body[random.below(body.length)] = random.below(256);
      return body.subarray(0, random.below(2) === 0 ? body.length : random.below(body.length));
    };
    const outcomes = await inParallel(Array.from({ length: 200 }), () => administer({ ...join(world.network.genesis), body: torn() }), 8);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([400]));
    await world.assertUnharmed(before);
  });
});

describe("operations ports", () => {
  const spec = (body: string | Buffer): HttpAttack => ({ method: "PUT", path: "/logspec", body: Buffer.from(body) });
  const refused: ReadonlyArray<readonly [name: string, status: number, attack: HttpAttack]> = [
    ["another path", 404, { path: "/" }],
    ["a path that goes up", 404, { path: "/../../etc/passwd" }],
    ["half an escape", 404, { path: "/%" }],
    ["another method", 404, { method: "DELETE", path: "/metrics" }],
    ["no specification", 400, spec("")],
    ["a specification that is no JSON", 400, spec("{")],
    ["a level that there is not", 400, spec('{"spec":"constructor"}')],
    ["a specification of bytes", 400, spec(Buffer.from([0xff, 0xfe, 0x00]))],
    ["a specification of 2 MB", 400, spec(Buffer.alloc(2 * 1024 * 1024, '{"spec":"debug"}'))],
    ["headers of 20 KB", 431, { path: "/healthz", headers: { "x-more": "a".repeat(20_000) } }],
    ["a change of protocol", 200, { path: "/healthz", headers: { connection: "upgrade", upgrade: "h2c" } }],
  ];

  it("refuse each thing that is no request", async () => {
    const before = await world.ledger();
    for (const port of ports.operations) {
      const level = await sendHttp(port, { path: "/logspec" });
      const outcomes: Array<readonly [string, number]> = [];
      for (const [name, , attack] of refused) outcomes.push([name, (await sendHttp(port, attack)).status]);
      expect(outcomes).toEqual(refused.map(([name, status]) => [name, status]));
      expect(await sendHttp(port, { path: "/logspec" })).toEqual(level);
    }
    await world.assertUnharmed(before);
  });

  it("do not hoard the answers of 20,000 requests that nobody reads", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const requests = Buffer.from("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20_000));
    const socket = connect(ports.operations[0] ?? 0, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(requests);
    // As many answers as it makes are made by the time that a good transaction is through.
    await world.assertUnharmed(before);
    expect(world.holdings().megabytes).toBeLessThan(MEMORY);
    socket.destroy();
    await world.assertNothingLeft(holdings, MEMORY);
  });
});

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** An HTTP/2 frame; its length can lie. */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(), length = payload.length): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const SETTINGS = frame(4, 0, 0);
/** :method POST, :scheme http, :path / – in HPACK's static table. */
const HEADERS = Buffer.from([0x83, 0x86, 0x84]);

const tlsGarbage: ReadonlyArray<readonly [name: string, bytes: Buffer]> = [
  ["nothing", Buffer.alloc(0)],
  ["HTTP/1.1", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
  ["half a preface", PREFACE.subarray(0, 11)],
  ["a preface and noise", Buffer.concat([PREFACE, new Random(71).bytes(5000)])],
  ["a frame longer than any", Buffer.concat([PREFACE, SETTINGS, frame(0, 0, 1, new Uint8Array(), 0xffffff)])],
  ["a frame of no type", Buffer.concat([PREFACE, SETTINGS, frame(0x7f, 0xff, 0, Buffer.alloc(100))])],
  ["data of no stream", Buffer.concat([PREFACE, SETTINGS, frame(0, 0, 0, Buffer.from("x")), frame(0, 1, 99, Buffer.from("x"))])],
  ["settings of half an entry", Buffer.concat([PREFACE, frame(4, 0, 0, Buffer.alloc(5))])],
  ["settings beyond bounds", Buffer.concat([PREFACE, frame(4, 0, 0, Buffer.from([0, 4, 0xff, 0xff, 0xff, 0xff]))])],
  [
    "a window beyond bounds",
    Buffer.concat([
      PREFACE,
      SETTINGS,
      frame(8, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff])),
      frame(8, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff])),
    ]),
  ],
  ["a window of nothing", Buffer.concat([PREFACE, SETTINGS, frame(8, 0, 0, Buffer.alloc(4))])],
  ["headers that are none", Buffer.concat([PREFACE, SETTINGS, frame(1, 4, 1, new Random(72).bytes(300))])],
  ["headers without a path", Buffer.concat([PREFACE, SETTINGS, frame(1, 5, 1, Buffer.from([0x83]))])],
  ["headers of no method of gRPC", Buffer.concat([PREFACE, SETTINGS, frame(1, 5, 1, HEADERS)])],
  ["headers on an even stream", Buffer.concat([PREFACE, SETTINGS, frame(1, 5, 2, HEADERS)])],
  [
    "headers that go on for ever",
    Buffer.concat([PREFACE, SETTINGS, frame(1, 0, 1, HEADERS), ...Array.from({ length: 2000 }, () => frame(9, 0, 1, Buffer.alloc(1000)))]),
  ],
  ["2,000 pings", Buffer.concat([PREFACE, SETTINGS, ...Array.from({ length: 2000 }, () => frame(6, 0, 0, Buffer.alloc(8)))])],
  ["2,000 settings", Buffer.concat([PREFACE, ...Array.from({ length: 2000 }, () => SETTINGS)])],
  [
    "2,000 empty frames of data",
    Buffer.concat([PREFACE, SETTINGS, frame(1, 4, 1, HEADERS), ...Array.from({ length: 2000 }, () => frame(0, 0, 1))]),
  ],
  [
    "5,000 streams that are reset at once",
    Buffer.concat([
      PREFACE,
      SETTINGS,
      ...Array.from({ length: 5000 }, (_, index) => [
        frame(1, 4, index * 2 + 1, HEADERS),
        frame(3, 0, index * 2 + 1, Buffer.from([0, 0, 0, 8])),
      ]).flat(),
    ]),
  ],
  ["a promise", Buffer.concat([PREFACE, SETTINGS, frame(5, 4, 1, Buffer.concat([Buffer.from([0, 0, 0, 2]), HEADERS]))])],
];

const plainGarbage: ReadonlyArray<readonly [name: string, bytes: Buffer]> = [
  ["nothing", Buffer.alloc(0)],
  ["noise", new Random(81).bytes(3000)],
  ["zeroes", Buffer.alloc(100_000)],
  ["HTTP/1.1", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
  ["HTTP/1.1 of no method", Buffer.from("\0\0\0 / HTTP/9.9\r\n\r\n")],
  ["two lengths", Buffer.from("POST /logspec HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")],
  [
    "a length and chunks",
    Buffer.from("POST /logspec HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
  ],
  ["a chunk longer than any", Buffer.from("PUT /logspec HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n")],
  ["a call for a tunnel", Buffer.from("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n")],
  ["HTTP/2 without TLS", Buffer.concat([PREFACE, SETTINGS])],
  ["half a TLS hello", Buffer.from("16030100c8010000c4", "hex")],
  ["a TLS record longer than any", Buffer.concat([Buffer.from("160301ffff", "hex"), Buffer.alloc(70_000)])],
  ["a TLS alert", Buffer.from("15030300020228", "hex")],
  ["a hello of SSL 2", Buffer.from("802e0100020015000000100100800200800300800400800500800600400700c0", "hex")],
];

describe("every port", () => {
  const all = (): number[] => [ports.admin, ...ports.operations, ...ports.grpc];

  it("survives what is neither TLS nor HTTP", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    expect(all()).toHaveLength(9);
    const jobs = all().flatMap((port) => plainGarbage.flatMap(([, bytes]) => [true, false].map((open) => ({ port, bytes, open }))));
    await inParallel(jobs, ({ port, bytes, open }) => sendRaw(port, bytes, { open, readMs: 100 }), 32);
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it.each(tlsGarbage)("that speaks TLS survives %s within it", async (_, bytes) => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const ways: ConnectionOptions[] = [{ ALPNProtocols: ["h2"] }, {}, admin];
    const jobs = [ports.admin, ...ports.grpc].flatMap((port) => ways.map((tls) => ({ port, tls })));
    const outcomes = await inParallel(jobs, ({ port, tls }) => sendRaw(port, bytes, { tls, open: true, readMs: 150 }), 20);
    // It was understood as HTTP/2, and answered or hung up on.
    expect(outcomes.some((outcome) => outcome.closed || outcome.bytes.length > 0)).toBe(true);
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("survives 400 mutilated conversations of HTTP/2", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const random = new Random(91);
    const good = Buffer.concat([
      PREFACE,
      SETTINGS,
      frame(1, 4, 1, HEADERS),
      frame(0, 0, 1, Buffer.from([0, 0, 0, 0, 3, 1, 2, 3])),
      frame(6, 0, 0, Buffer.alloc(8)),
      frame(8, 0, 1, Buffer.from([0, 0, 1, 0])),
      frame(0, 1, 1, Buffer.from([0, 0xff, 0xff, 0xff, 0xff])),
    ]);
    const torn = (): Buffer => {
      const bytes = Buffer.from(good);
      for (let count = random.below(5); count >= 0; count -= 1) {
        const at = PREFACE.length + random.below(bytes.length - PREFACE.length);
        bytes[at] = random.below(256);
      }
      return bytes;
    };
    const jobs = Array.from({ length: 400 }, (_unused, index) => ({ port: ports.grpc[index % ports.grpc.length] ?? 0, bytes: torn() }));
    const outcomes = await inParallel(jobs, ({ port, bytes }) => sendRaw(port, bytes, { tls: { ALPNProtocols: ["h2"] }, readMs: 60 }), 32);
    expect(outcomes.filter(({ bytes, closed }) => closed || bytes.length > 0).length).toBeGreaterThan(200);
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("answers calls of methods that there are not, of other types, and with lengths that lie", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const bodies = [
      Buffer.alloc(0),
      Buffer.from([0, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([1, 0, 0, 0, 1, 0]),
      Buffer.from([9, 0, 0, 0, 0]),
      Buffer.alloc(4),
    ];
    const calls: ReadonlyArray<Record<string, string>> = [
      { ":path": "/" },
      { ":path": "/constructor" },
      { ":path": "/protos.Endorser/ProcessProposal", "content-type": "text/html" },
      { ":path": "/protos.Endorser/ProcessProposal", ":method": "GET" },
      { ":path": "/protos.Endorser/ProcessProposal", "grpc-timeout": "99999999999999999H" },
      { ":path": "/protos.Endorser/ProcessProposal", "grpc-encoding": "gzip" },
      { ":path": "/orderer.AtomicBroadcast/Broadcast", "grpc-encoding": "nonsense" },
      { ":path": "/protos.ChaincodeSupport/Register", "grpc-timeout": "0n" },
      { ":path": "/gateway.Gateway/Evaluate", "x-bin": "%%%", "grpc-accept-encoding": "," },
    ];
    const jobs = ports.grpc.flatMap((port) => calls.flatMap((headers) => bodies.map((body) => ({ port, headers, body }))));
    const sessions = new Map(ports.grpc.map((port) => [port, openSession(port)]));
    const endings = await inParallel(jobs, ({ port, headers, body }) => callRaw(sessions.get(port), headers, body), 32);
    for (const session of sessions.values()) session.destroy();
    // A stream on which nothing was said may end well.
    const good = jobs.filter((_, index) => endings[index] === "OK").map(({ headers }) => headers[":path"]);
    expect(good.filter((path) => !/Broadcast|Register/.test(path ?? ""))).toEqual([]);
    expect(endings).toHaveLength(5 * calls.length * bodies.length);
    await world.assertNothingLeft(holdings, MEMORY);
    await world.assertUnharmed(before);
  });

  it("survives 50 connections to each that say nothing", async () => {
    const before = await world.ledger();
    const holdings = world.holdings();
    const sockets = all().flatMap((port) =>
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0 ? connect(port, "127.0.0.1") : secureConnect({ host: "127.0.0.1", port, rejectUnauthorized: false }),
      ),
    );
    for (const socket of sockets) socket.on("error", () => undefined);
    await until(
      () => world.holdings().files >= holdings.files + 300,
      () => JSON.stringify(world.holdings()),
    );
    await world.assertUnharmed(before);
    expect(world.holdings().megabytes).toBeLessThan(MEMORY);
    for (const socket of sockets) socket.destroy();
    await world.assertNothingLeft(holdings, MEMORY);
  });
});

function openSession(port: number): ClientHttp2Session {
  const session = openHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on("error", () => undefined);
  return session;
}

/** One call of these bytes; "OK" when gRPC says that it went well. */
function callRaw(session: ClientHttp2Session | undefined, headers: Record<string, string>, body: Buffer): Promise<string> {
  return new Promise((resolve) => {
    if (session === undefined) throw new Error("no session");
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
      te: "trailers",
      ...headers,
    });
    let ending = "closed";
    const note = (trailers: Record<string, unknown>): void => {
      if (trailers["grpc-status"] === "0") ending = "OK";
    };
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("error", (error: Error) => (ending = error.message));
    stream.on("close", () => resolve(ending));
    stream.setTimeout(1000, () => stream.close(constants.NGHTTP2_CANCEL));
    stream.resume();
    stream.end(body);
  });
}
