import { Contract, type Context } from "fabric-contract-api";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** One function for each thing that a client can meet. Run by the unmodified official shim. */
class Clients extends Contract {
  constructor() {
    super("Clients");
  }

  async put(ctx: Context, key: string, value: string): Promise<string> {
    await ctx.stub.putState(key, Buffer.from(value));
    return value;
  }

  async get(ctx: Context, key: string): Promise<string> {
    return text(await ctx.stub.getState(key));
  }

  /** Reads and writes one key: two of these at once conflict. */
  async add(ctx: Context, key: string, amount: string): Promise<string> {
    const sum = String(Number(text(await ctx.stub.getState(key))) + Number(amount));
    await ctx.stub.putState(key, Buffer.from(sum));
    return sum;
  }

  async remove(ctx: Context, key: string): Promise<void> {
    await ctx.stub.deleteState(key);
  }

  async putMany(ctx: Context, prefix: string, count: string): Promise<void> {
    for (let index = 0; index < Number(count); index += 1)
      await ctx.stub.putState(prefix + String(index).padStart(5, "0"), Buffer.from(String(index)));
  }

  /** Writes a value of that many bytes and does not answer with it. */
  async putLarge(ctx: Context, key: string, bytes: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.alloc(Number(bytes), 1));
  }

  /** Counts the keys of a range into a key outside it: a key that comes meanwhile is a phantom. */
  async countInto(ctx: Context, start: string, end: string, target: string): Promise<string> {
    let count = 0;
    for await (const entry of ctx.stub.getStateByRange(start, end)) count += entry.key.length > 0 ? 1 : 0;
    await ctx.stub.putState(target, Buffer.from(String(count)));
    return String(count);
  }

  /** Writes a key and sets the transaction's event. */
  async emit(ctx: Context, name: string, payload: string): Promise<string> {
    await ctx.stub.putState(`event-${name}`, Buffer.from(payload));
    ctx.stub.setEvent(name, Buffer.from(payload));
    return payload;
  }

  /** As `emit`, but reads the key first: two of these at once conflict. */
  async emitOnce(ctx: Context, name: string, payload: string): Promise<string> {
    await ctx.stub.getState(`event-${name}`);
    return this.emit(ctx, name, payload);
  }

  async transient(ctx: Context, key: string): Promise<string> {
    return text(ctx.stub.getTransient().get(key) ?? new Uint8Array());
  }

  async whoAmI(ctx: Context): Promise<string> {
    return `${ctx.clientIdentity.getMSPID()} ${ctx.clientIdentity.getID()}`;
  }

  /** The organisation whose process this is, written too: peers of different organisations do not agree. */
  async differ(ctx: Context): Promise<string> {
    const organization = process.env["ORGANIZATION"] ?? "";
    await ctx.stub.putState("differ", Buffer.from(organization));
    return organization;
  }

  /** Fails in the process of one organisation only. */
  async failIn(ctx: Context, organization: string, message: string): Promise<string> {
    if (process.env["ORGANIZATION"] === organization) throw new Error(message);
    await ctx.stub.putState("failIn", Buffer.from(organization));
    return organization;
  }

  async fail(_ctx: Context, message: string): Promise<never> {
    throw new Error(message);
  }

  /** Answers after a time in ms, counted by this process. */
  async sleep(ctx: Context, ms: string): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return this.put(ctx, "sleep", ms);
  }

  /** Sleeps in the process of one organisation only. */
  async sleepIn(ctx: Context, organization: string, ms: string): Promise<string> {
    return process.env["ORGANIZATION"] === organization ? this.sleep(ctx, ms) : this.put(ctx, "sleep", ms);
  }

  /** Ends the process in the middle of a transaction. */
  async crash(): Promise<never> {
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => undefined);
  }

  /** Calls another chaincode; `args` is a JSON list, the function's name first. */
  async call(ctx: Context, chaincode: string, channel: string, args: string): Promise<string> {
    const { status, message, payload } = await ctx.stub.invokeChaincode(chaincode, JSON.parse(args) as string[], channel);
    return JSON.stringify({ status, message, payload: text(payload ?? new Uint8Array()) });
  }

  async privatePut(ctx: Context, collection: string, key: string): Promise<void> {
    await ctx.stub.putPrivateData(collection, key, Buffer.from("secret"));
  }

  async privateGet(ctx: Context, collection: string, key: string): Promise<string> {
    return text(await ctx.stub.getPrivateData(collection, key));
  }

  async privateHash(ctx: Context, collection: string, key: string): Promise<string> {
    return Buffer.from(await ctx.stub.getPrivateDataHash(collection, key)).toString("hex");
  }

  async privateDelete(ctx: Context, collection: string, key: string): Promise<void> {
    await ctx.stub.deletePrivateData(collection, key);
  }

  async privatePurge(ctx: Context, collection: string, key: string): Promise<void> {
    await ctx.stub.purgePrivateData(collection, key);
  }

  async privateRange(ctx: Context, collection: string): Promise<string> {
    const keys: string[] = [];
    for await (const { key } of ctx.stub.getPrivateDataByRange(collection, "", "")) keys.push(key);
    return JSON.stringify(keys);
  }

  async privateQuery(ctx: Context, collection: string, query: string): Promise<void> {
    await ctx.stub.getPrivateDataQueryResult(collection, query);
  }

  async privatePolicy(ctx: Context, collection: string, key: string): Promise<void> {
    await ctx.stub.setPrivateDataValidationParameter(collection, key, Buffer.from("policy"));
  }

  async richQuery(ctx: Context, query: string): Promise<void> {
    await ctx.stub.getQueryResult(query);
  }

  async pagedQuery(ctx: Context, query: string): Promise<void> {
    await ctx.stub.getQueryResultWithPagination(query, 10, "");
  }

  async keyPolicy(ctx: Context, key: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from("1"));
    await ctx.stub.setStateValidationParameter(key, Buffer.from("policy"));
  }

  async readKeyPolicy(ctx: Context, key: string): Promise<string> {
    return Buffer.from(await ctx.stub.getStateValidationParameter(key)).toString("hex");
  }
}

export const contracts = [Clients];
