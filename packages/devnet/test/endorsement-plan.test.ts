import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { peer } from "@heddle/fabric/wire";
import { describe, expect, it } from "vitest";
import { EndorsementPlan } from "../src/gateway/endorsement-plan.ts";
import type { Judgement } from "../src/gateway/endorsers.ts";
import { GatewayError } from "../src/gateway/errors.ts";

/** `a1` is the first peer of organisation `a`. */
const planned = (name: string) => ({ context: { mspId: name.slice(0, 1), address: name } });
const peers = (...names: string[]) => names.map(planned);
const layout = (counts: Record<string, number>): ReadonlyMap<string, number> => new Map(Object.entries(counts));

function endorsement(name: string, result = "same"): peer.ProposalResponse {
  const endorser = Buffer.from(name);
  return create(peer.ProposalResponseSchema, { payload: Buffer.from(result), endorsement: { endorser } });
}

/** Peers that fail with a text, or give another result than the others; the rest endorse. */
interface Behaviour {
  readonly failing?: readonly string[];
  readonly differing?: readonly string[];
}

/** Collects, and tells who was asked. */
async function collect(plan: EndorsementPlan<ReturnType<typeof planned>>, { failing = [], differing = [] }: Behaviour = {}) {
  const asked: string[] = [];
  const ask = ({ context: { address } }: ReturnType<typeof planned>): Promise<Judgement> => {
    asked.push(address);
    if (failing.includes(address))
      return Promise.resolve({ code: status.UNKNOWN, message: `${address} is out`, retry: false, response: undefined });
    const response = endorsement(address, differing.includes(address) ? "other" : "same");
    return Promise.resolve({ code: status.OK, message: "", retry: false, response });
  };
  const outcome = await plan.collect(ask).then(
    (responses) => responses.map((one) => Buffer.from(one.endorsement?.endorser ?? []).toString()),
    (error: unknown) => error,
  );
  return { asked, outcome };
}

describe("a plan for endorsements", () => {
  it("asks as many peers of each organisation as the layout wants", async () => {
    const plan = new EndorsementPlan([layout({ a: 2, b: 1 })], peers("a1", "b1", "a2", "b2", "a3"));
    expect(await collect(plan)).toEqual({ asked: ["a1", "a2", "b1"], outcome: ["a1", "a2", "b1"] });
  });

  it("puts another peer of the organisation in the place of one that fails", async () => {
    const plan = new EndorsementPlan([layout({ a: 1, b: 1 })], peers("a1", "a2", "b1", "b2", "b3"));
    const { asked, outcome } = await collect(plan, { failing: ["b1", "b2"] });
    expect(asked.toSorted()).toEqual(["a1", "b1", "b2", "b3"]);
    expect(outcome).toEqual(["a1", "b3"]);
  });

  it("puts another peer in the place of one whose result differs", async () => {
    const plan = new EndorsementPlan([layout({ a: 1, b: 1 })], peers("a1", "b1", "b2"));
    expect(await collect(plan, { differing: ["b1"] })).toMatchObject({ outcome: ["a1", "b2"] });
  });

  it("goes on with the next layout that has not lost an organisation, and keeps what it has", async () => {
    const layouts = [layout({ a: 1, b: 1 }), layout({ b: 1, c: 1 }), layout({ a: 1, c: 1 })];
    const { asked, outcome } = await collect(new EndorsementPlan(layouts, peers("a1", "b1", "c1")), { failing: ["b1"] });
    expect(asked).toEqual(["a1", "b1", "c1"]);
    expect(outcome).toEqual(["a1", "c1"]);
  });

  it("counts an endorsement that was there before, and does not ask that peer again", async () => {
    const plan = new EndorsementPlan([layout({ a: 1, b: 1 })], peers("a1", "a2", "b1"));
    expect(plan.accept(planned("a1"), endorsement("a1"))).toBe(true);
    const known = peers("a1", "b1");
    const [first] = known;
    const own = new EndorsementPlan([layout({ a: 2 })], [...known, planned("a2")]);
    if (first !== undefined) own.accept(first, endorsement("a1"));
    expect(await collect(own)).toEqual({ asked: ["a2"], outcome: ["a1", "a2"] });
    expect(await collect(plan)).toEqual({ asked: ["b1"], outcome: ["a1", "b1"] });
  });

  it("asks nobody when what was there before is enough", async () => {
    const plan = new EndorsementPlan([layout({ a: 1 }), layout({ b: 1 })], peers("a1", "b1"));
    plan.accept(planned("a1"), endorsement("a1"));
    expect(await collect(plan)).toEqual({ asked: [], outcome: ["a1"] });
  });

  it("names everyone who failed when no layout is left", async () => {
    const plan = new EndorsementPlan([layout({ a: 1, b: 1 }), layout({ c: 1 })], peers("a1", "b1", "b2", "c1"));
    const { outcome } = await collect(plan, { failing: ["b1", "c1"], differing: ["b2"] });
    expect(outcome).toBeInstanceOf(GatewayError);
    expect(outcome).toMatchObject({
      code: status.ABORTED,
      message: "failed to collect enough transaction endorsements, see attached details for more info",
      failures: [
        { address: "b1", mspId: "b", message: "b1 is out" },
        { address: "b2", mspId: "b", message: "ProposalResponsePayloads do not match" },
        { address: "c1", mspId: "c", message: "c1 is out" },
      ],
    });
  });

  it("does not begin a layout for which too few peers are left", async () => {
    const plan = new EndorsementPlan([layout({ a: 3 }), layout({ a: 1, b: 1 })], peers("a1", "a2", "b1"));
    expect(await collect(plan)).toEqual({ asked: ["a1", "b1"], outcome: ["a1", "b1"] });
  });

  it("fails when there is no layout", async () => {
    expect((await collect(new EndorsementPlan([], peers("a1")))).outcome).toMatchObject({ code: status.ABORTED, failures: [] });
  });
});
