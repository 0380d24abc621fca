import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type ServerDuplexStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import {
  atomicBroadcastService,
  deliverService,
  endorserService,
  GatewayClient,
  gatewayService,
  OrdererClient,
  ParticipationClient,
  PeerClient,
  type NodeAddress,
} from "../src/index.ts";
import { common, gateway, orderer, peer } from "../src/wire.ts";
import { createOrganizations, first, identityOf } from "./support/channel.ts";

const organizations = await createOrganizations();
const user = identityOf(organizations.one, "app");
const node = first(organizations.one.nodes);
const tls = { certificate: node.tls.certificatePem, key: node.tls.privateKeyPem, root: organizations.one.tlsCa.certificatePem };
const closers: Array<() => unknown> = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function keep<Client extends Disposable>(client: Client): Client {
  closers.push(() => client[Symbol.dispose]());
  return client;
}

/** A node that answers as a test says. */
async function serve(definition: ServiceDefinition, handlers: UntypedServiceImplementation): Promise<NodeAddress & { cut(): void }> {
  const server = new Server();
  server.addService(definition, handlers);
  const credentials = ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) }]);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error))),
  );
  closers.push(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, tlsRootPem: tls.root, cut: () => server.forceShutdown() };
}

const failure = (code: string, more: object = {}) => expect.objectContaining({ code, ...more }) as Error;
/** The same, with a text that its message holds. */
const failureWith = (code: string, text: string) => failure(code, { message: expect.stringContaining(text) as string });
type Stream<Response> = ServerDuplexStream<common.Envelope, Response>;

describe("a peer's client", () => {
  const answering = (answer: Parameters<typeof create<typeof peer.ProposalResponseSchema>>[1]) =>
    serve(
      { ...endorserService },
      {
        processProposal: (_: unknown, done: (error: null, response: peer.ProposalResponse) => void) =>
          done(null, create(peer.ProposalResponseSchema, answer)),
      },
    );

  it("hands over what the peer endorsed, whatever its status below 400", async () => {
    const client = keep(
      new PeerClient(await answering({ response: { status: 399, payload: Buffer.from("p") }, payload: Buffer.from("endorsed") })),
    );
    const { response, txId } = await client.endorse({ channelId: "trade", chaincode: "basic", args: [] }, user);
    expect(Buffer.from(response.payload).toString()).toBe("endorsed");
    expect(txId).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.from(await client.configBlock("trade", user)).toString()).toBe("p");
  });

  it.each([
    [400, "bad"],
    [500, "worse"],
    [0, ""],
  ])("refuses an answer of %i with the peer's text", async (code, message) => {
    const client = keep(new PeerClient(await answering({ response: { status: code, message } })));
    const error = failureWith("FABRIC_REFUSED", `${code} ${message}`);
    await expect(client.endorse({ channelId: "trade", chaincode: "basic", args: [] }, user)).rejects.toThrow(error);
    // The answer itself can be had as well.
    expect((await client.processProposal(create(peer.SignedProposalSchema))).response?.status).toBe(code);
  });

  it("refuses an answer without a response", async () => {
    const client = keep(new PeerClient(await answering({})));
    await expect(client.channels(user)).rejects.toThrow(failureWith("FABRIC_REFUSED", "no response"));
  });

  it("refuses an answer that is not of the kind it asked for", async () => {
    const client = keep(new PeerClient(await answering({ response: { status: 200, payload: Buffer.from([0xff]) } })));
    const asked = [
      client.channels(user),
      client.channelInfo("trade", user),
      client.installChaincode(Buffer.from("x"), user),
      client.installedChaincodes(user),
      client.checkCommitReadiness("trade", { name: "basic", version: "1", sequence: 1 }, user),
      client.committedChaincodes("trade", user),
      client.definitionApprovals("trade", "basic", user),
    ];
    for (const answer of asked) await expect(answer).rejects.toThrow(failureWith("FABRIC_REFUSED", "its answer is no "));
  });

  it("says that nobody is there", async () => {
    const there = await answering({});
    const nobody = keep(new PeerClient({ address: "127.0.0.1:1", tlsRootPem: tls.root }));
    await expect(nobody.channels(user)).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
    const wrongRoot = keep(new PeerClient({ ...there, tlsRootPem: organizations.two.tlsCa.certificatePem }));
    await expect(wrongRoot.channels(user)).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
    const wrongName = keep(new PeerClient({ ...there, hostname: "somebody.else" }));
    await expect(wrongName.channels(user)).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
    const rightName = keep(new PeerClient({ ...there, hostname: "peer0.org1.example.com" }));
    await expect(rightName.channels(user)).rejects.toThrow(failure("FABRIC_REFUSED"));
  });

  it("does not wait for ever", async () => {
    const address = await serve({ ...endorserService }, { processProposal: () => undefined });
    const client = keep(new PeerClient(address));
    await expect(client.processProposal(create(peer.SignedProposalSchema), 50)).rejects.toThrow(failure("FABRIC_TIMEOUT"));
  });

  it("passes on what gRPC says", async () => {
    const address = await serve(
      { ...endorserService },
      {
        processProposal: (_: unknown, done: (error: object) => void) =>
          done({ code: status.UNKNOWN, details: "access denied: channel [trade]" }),
      },
    );
    const client = keep(new PeerClient(address));
    await expect(client.channels(user)).rejects.toThrow(failureWith("FABRIC_REFUSED", "access denied: channel [trade]"));
  });
});

describe("a stream of blocks", () => {
  const filtered = (number: bigint, ...txids: string[]) =>
    create(peer.DeliverResponseSchema, {
      Type: {
        case: "filteredBlock",
        value: create(peer.FilteredBlockSchema, { number, filteredTransactions: txids.map((txid) => ({ txid, txValidationCode: 11 })) }),
      },
    });
  const statusOf = (value: common.Status) => create(peer.DeliverResponseSchema, { Type: { case: "status", value } });

  /** A peer that writes these answers to the first request, and then does as it is told. */
  const deliver = (answers: readonly peer.DeliverResponse[], then: (stream: Stream<peer.DeliverResponse>) => void = () => undefined) =>
    serve(
      { ...deliverService },
      {
        deliver: () => undefined,
        deliverWithPrivateData: () => undefined,
        deliverFiltered: (stream: Stream<peer.DeliverResponse>) => {
          stream.on("error", () => undefined);
          stream.once("data", () => {
            for (const answer of answers) stream.write(answer);
            then(stream);
          });
        },
      },
    );
  const read = async (address: NodeAddress, signal?: AbortSignal): Promise<bigint[]> => {
    const numbers: bigint[] = [];
    for await (const block of keep(new PeerClient(address)).filteredBlocks({ channelId: "trade", identity: user, start: "oldest", signal }))
      numbers.push(block.number);
    return numbers;
  };

  it("ends with SUCCESS", async () => {
    expect(await read(await deliver([filtered(1n), filtered(2n), statusOf(common.Status.SUCCESS)]))).toEqual([1n, 2n]);
  });

  it.each(["FORBIDDEN", "NOT_FOUND", "BAD_REQUEST", "SERVICE_UNAVAILABLE"] as const)("is refused with %s", async (name) => {
    const address = await deliver([filtered(1n), statusOf(common.Status[name])]);
    await expect(read(address)).rejects.toThrow(failureWith("FABRIC_REFUSED", name));
  });

  it("that breaks off is no end", async () => {
    await expect(read(await deliver([filtered(1n)], (stream) => stream.end()))).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
    const address = await deliver([filtered(1n)], () => address.cut());
    await expect(read(address)).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
  });

  it("ends when its reader has had enough, or is told to stop, before or within", async () => {
    const address = await deliver([filtered(1n), filtered(2n)]);
    expect(await read(address, AbortSignal.abort())).toEqual([]);
    const stop = new AbortController();
    const client = keep(new PeerClient(address));
    const numbers: bigint[] = [];
    for await (const block of client.filteredBlocks({ channelId: "trade", identity: user, start: "oldest", signal: stop.signal })) {
      numbers.push(block.number);
      if (block.number === 2n) stop.abort();
    }
    expect(numbers).toEqual([1n, 2n]);
    for await (const block of client.filteredBlocks({ channelId: "trade", identity: user, start: "oldest" })) {
      expect(block.number).toBe(1n);
      break;
    }
  });

  it("tells how a transaction ended, or that it did not in time", async () => {
    const address = await deliver([filtered(1n, "a"), filtered(2n, "b", "c")]);
    const client = keep(new PeerClient(address));
    const signal = AbortSignal.timeout(10_000);
    expect(await client.waitForTransaction("trade", "c", user, { from: 1, signal })).toEqual({ blockNumber: 2, code: 11 });
    await expect(client.waitForTransaction("trade", "z", user, { from: 1, signal: AbortSignal.timeout(100) })).rejects.toThrow(
      failure("FABRIC_TIMEOUT"),
    );
  });
});

describe("an orderer's client", () => {
  const broadcast = (handle: (stream: Stream<orderer.BroadcastResponse>) => void) =>
    serve(
      { ...atomicBroadcastService },
      {
        deliver: () => undefined,
        broadcast: (stream: Stream<orderer.BroadcastResponse>) => {
          stream.on("error", () => undefined);
          stream.once("data", () => handle(stream));
        },
      },
    );
  const send = async (address: NodeAddress, timeoutMs?: number): Promise<void> =>
    keep(new OrdererClient(address)).broadcast(create(common.EnvelopeSchema), timeoutMs);
  const answer = (value: common.Status, info = "") => create(orderer.BroadcastResponseSchema, { status: value, info });

  it("resolves once the orderer has taken the envelope", async () => {
    await expect(send(await broadcast((stream) => stream.write(answer(common.Status.SUCCESS))))).resolves.toBeUndefined();
  });

  it("gives the orderer's reasons", async () => {
    const address = await broadcast((stream) => stream.write(answer(common.Status.FORBIDDEN, "policy refused")));
    await expect(send(address)).rejects.toThrow(failureWith("FABRIC_REFUSED", "FORBIDDEN: policy refused"));
  });

  it("does not wait for ever, nor take silence for consent", async () => {
    await expect(send(await broadcast(() => undefined), 50)).rejects.toThrow(failure("FABRIC_TIMEOUT"));
    await expect(send(await broadcast((stream) => stream.end()))).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
  });
});

describe("a gateway's client", () => {
  it("names the nodes behind the gateway that failed, and what each said", async () => {
    const detail = toBinary(
      gateway.ErrorDetailSchema,
      create(gateway.ErrorDetailSchema, { address: "peer0.org2:7051", mspId: "Org2MSP", message: "chaincode response 500, no" }),
    );
    const any = Buffer.concat([Buffer.from([0x0a, 4]), Buffer.from("type"), Buffer.from([0x12, detail.length]), detail]);
    const details = Buffer.concat([Buffer.from([0x08, 10, 0x1a, any.length]), any, Buffer.from([0x1a, any.length]), any]);
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", details);
    const evaluate = (_: unknown, done: (error: object) => void) => done({ code: status.UNAVAILABLE, details: "no peers", metadata });
    const others = { endorse: () => undefined, submit: () => undefined, commitStatus: () => undefined, chaincodeEvents: () => undefined };
    const client = keep(new GatewayClient(await serve({ ...gatewayService }, { evaluate, ...others })));
    const problem = { path: "peer0.org2:7051 (Org2MSP)", message: "chaincode response 500, no" };
    await expect(client.evaluate({ channelId: "trade", chaincode: "basic", args: [] }, user)).rejects.toThrow(
      failure("FABRIC_REFUSED", { problems: [problem, problem] }),
    );
  });

  it("makes nothing of details that cannot be read", async () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from([0x1a, 0xff]));
    const evaluate = (_: unknown, done: (error: object) => void) => done({ code: status.ABORTED, details: "no", metadata });
    const others = { endorse: () => undefined, submit: () => undefined, commitStatus: () => undefined, chaincodeEvents: () => undefined };
    const client = keep(new GatewayClient(await serve({ ...gatewayService }, { evaluate, ...others })));
    await expect(client.evaluate({ channelId: "trade", chaincode: "basic", args: [] }, user)).rejects.toThrow(
      failure("FABRIC_REFUSED", { problems: [] }),
    );
  });
});

describe("a client of channel participation", () => {
  async function administer(handle: RequestListener): Promise<ParticipationClient> {
    const server: HttpsServer = createHttpsServer(
      { cert: tls.certificate, key: tls.key, ca: tls.root, requestCert: true, rejectUnauthorized: true },
      handle,
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return new ParticipationClient({
      address: `127.0.0.1:${port}`,
      tlsRootPem: tls.root,
      clientTls: { certificatePem: tls.certificate, privateKeyPem: tls.key },
    });
  }

  it("sends a block as the only part of a form, and reads the channel it became", async () => {
    const received: { type: string; body: Buffer }[] = [];
    const client = await administer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push({ type: request.headers["content-type"] ?? "", body: Buffer.concat(chunks) });
        response.writeHead(201).end('{"name":"trade","status":"active","consensusRelation":"consenter","height":1}');
      });
    });
    expect(await client.join(Buffer.from("block\r\n--heddle"))).toEqual({
      name: "trade",
      status: "active",
      consensusRelation: "consenter",
      height: 1,
    });
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(first(received).type)?.[1] ?? "";
    const [, part, end] = first(received).body.toString().split(`--${boundary}`);
    expect(part).toContain('name="config-block"');
    expect(part?.endsWith("\r\n\r\nblock\r\n--heddle\r\n")).toBe(true);
    expect(end).toBe("--\r\n");
  });

  it("tells a channel that is not there from one that cannot be told of", async () => {
    const answers = [404, 500, 200];
    const client = await administer((_, response) => response.writeHead(answers.shift() ?? 200).end('{"error":"text"}'));
    expect(await client.info("trade")).toBeUndefined();
    await expect(client.info("trade")).rejects.toThrow(failureWith("FABRIC_REFUSED", '500 {"error":"text"}'));
    expect(await client.list()).toEqual([]);
  });

  it("escapes what it is asked for, and lists nothing where there is nothing", async () => {
    const urls: string[] = [];
    const client = await administer((request, response) => {
      urls.push(`${request.method ?? ""} ${request.url ?? ""}`);
      if (request.method === "DELETE") response.writeHead(204).end();
      else response.writeHead(200).end('{"systemChannel":null,"channels":null}');
    });
    expect(await client.list()).toEqual([]);
    await client.remove("../a b");
    expect(urls).toEqual(["GET /participation/v1/channels", "DELETE /participation/v1/channels/..%2Fa%20b"]);
  });

  it("refuses an answer that is not JSON, and says that nobody is there", async () => {
    const client = await administer((_, response) => response.writeHead(200).end("<html>"));
    await expect(client.list()).rejects.toThrow(failure("FABRIC_REFUSED"));
    const cut = await administer((request) => request.socket.destroy());
    await expect(cut.list()).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
    const nobody = new ParticipationClient({
      address: "127.0.0.1:1",
      tlsRootPem: tls.root,
      clientTls: { certificatePem: tls.certificate, privateKeyPem: tls.key },
    });
    await expect(nobody.list()).rejects.toThrow(failure("FABRIC_UNREACHABLE"));
  });
});
