// gRPC alone: the calls and messages of one submit, with as many bytes, and nothing
// done in between. Devnet's own listener and the same client; three processes as in a real run.
// Forked with a role: `server`, `client` or `chaincode`.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type handleBidiStreamingCall,
  type handleUnaryCall,
  type MethodDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { Listener } from "../../packages/devnet/src/front/listener.ts";
import { readTls } from "../../packages/devnet/src/node/material.ts";
import { inParallel } from "./measure.ts";

/** What every role is told. */
export interface FloorTask {
  /** Folder of a node with `tls`. */
  readonly folder: string;
  readonly port: number;
  readonly chaincodePort: number;
  readonly transactions: number;
  readonly inFlight: number;
}

/** Bytes of request and answer, as measured of a put. */
const CALLS = { endorse: [1700, 3600], submit: [3800, 4], commitStatus: [1100, 8] } as const;
/** Bytes on the chaincode's stream: the call, its write, the answer to that, the end. */
const STREAM = { call: 2200, write: 110, written: 120, completed: 90 } as const;

type Raw = MethodDefinition<Buffer, Buffer>;

function method(name: string, stream: boolean): Raw {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    path: `/floor/${name}`,
    requestStream: stream,
    responseStream: stream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

const unary = { endorse: method("endorse", false), submit: method("submit", false), commitStatus: method("commitStatus", false) };
const connect = method("connect", true);

async function chaincode({ chaincodePort }: FloorTask): Promise<void> {
  const server = new Server();
  const answer: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on("data", (message: Buffer) => call.write(Buffer.alloc(message.length === STREAM.call ? STREAM.write : STREAM.completed)));
  };
  server.addService({ connect }, { connect: answer });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${chaincodePort}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  process.send?.("ready");
}

async function server({ folder, port, chaincodePort }: FloorTask): Promise<void> {
  const stream = new Client(`127.0.0.1:${chaincodePort}`, credentials.createInsecure()).makeBidiStreamRequest(
    connect.path,
    connect.requestSerialize,
    connect.responseDeserialize,
  );
  const waiting: sendUnaryData<Buffer>[] = [];
  stream.on("data", (message: Buffer) => {
    if (message.length === STREAM.write) stream.write(Buffer.alloc(STREAM.written));
    else waiting.shift()?.(null, Buffer.alloc(CALLS.endorse[1]));
  });
  const endorse: handleUnaryCall<Buffer, Buffer> = (_call, callback) => {
    waiting.push(callback);
    stream.write(Buffer.alloc(STREAM.call));
  };
  const answer =
    (bytes: number): handleUnaryCall<Buffer, Buffer> =>
    (_call, callback) => {
      // A commit status waits for a block.
      setImmediate(() => callback(null, Buffer.alloc(bytes)));
    };
  const tls = { cert: path.join(folder, "tls/server.crt"), key: path.join(folder, "tls/server.key"), ca: path.join(folder, "tls/ca.crt") };
  const handlers = { endorse, submit: answer(CALLS.submit[1]), commitStatus: answer(CALLS.commitStatus[1]) };
  await Listener.open({ host: "127.0.0.1", port }, readTls(tls), [{ definition: unary, handlers }]);
  process.send?.("ready");
}

async function client({ folder, port, transactions, inFlight }: FloorTask): Promise<void> {
  const channel = new Client(`127.0.0.1:${port}`, credentials.createSsl(readFileSync(path.join(folder, "tls/ca.crt"))));
  const call = (name: keyof typeof CALLS): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { path: where, requestSerialize, responseDeserialize } = unary[name];
      channel.makeUnaryRequest(where, requestSerialize, responseDeserialize, Buffer.alloc(CALLS[name][0]), (error, answer) =>
        error === null ? resolve(answer) : reject(error),
      );
    });
  const submit = async (): Promise<void> => {
    await call("endorse");
    await call("submit");
    await call("commitStatus");
  };
  await inParallel(Math.ceil(transactions / 4), inFlight, submit);
  process.send?.("warm");
  await once(process, "message");
  await inParallel(transactions, inFlight, submit);
  process.send?.("done");
  await once(process, "message");
  channel.close();
  process.disconnect();
}

const roles: Readonly<Record<string, (task: FloorTask) => Promise<void>>> = { chaincode, server, client };
const role = roles[process.argv[2] ?? ""];
if (role !== undefined && process.send !== undefined) await role(JSON.parse(process.argv[3] ?? "") as FloorTask);
