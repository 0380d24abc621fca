import { createCertificateAuthority, renewMembers, type OrganizationMaterial } from "@heddle/fabric";
import type { NetworkFileInput } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { nodeFiles } from "../../src/network/material.ts";
import { servedSerial } from "../../src/network/node-trials.ts";
import { serialsOf } from "../../src/network/renewal.ts";
import { organizationSecret } from "../../src/network/identities.ts";
import { failureOf, Harness } from "./support/harness.ts";

// Real nodes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DAY = 24 * 60 * 60 * 1000;
const ORGANIZATIONS = ["Orderer", "Org1", "Org2"];

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
});
afterAll(() => harness.close());

/** Several orderers, and a second channel. */
function wider(type: "raft" | "bft", count: number): (spec: NetworkFileInput["spec"]) => void {
  return (spec) => {
    spec.ordering = { ...spec.ordering, type, consenters: Array.from({ length: count }, (_, index) => ({ name: `orderer${index}` })) };
    spec.channels?.push({ name: "second", members: ["Org2"] });
    for (const channel of spec.channels ?? []) channel.capabilities = type === "bft" ? { channel: "V3_0" } : {};
  };
}

const materialOf = (network: string, organization: string): Promise<OrganizationMaterial> =>
  harness.world.identities(network).organization(organization);

/** Serial numbers by member, as the key store has them. */
async function serials(network: string): Promise<Record<string, readonly [string, string]>> {
  const materials = await Promise.all(ORGANIZATIONS.map((name) => materialOf(network, name)));
  return Object.fromEntries(
    materials.flatMap(({ nodes, users }) => [...nodes, ...users].map((member) => [member.name, serialsOf(member)] as const)),
  );
}

/** Keys by member. */
async function keys(network: string): Promise<Record<string, string>> {
  const materials = await Promise.all(ORGANIZATIONS.map((name) => materialOf(network, name)));
  return Object.fromEntries(
    materials.flatMap(({ nodes, users }) =>
      [...nodes, ...users].map(({ name, signing, tls }) => [name, `${signing.privateKeyPem}${tls.privateKeyPem}`] as const),
    ),
  );
}

/** Every node shows the TLS certificate that the key store has. */
async function expectServed(network: string): Promise<void> {
  const { place } = await harness.world.network(network);
  const kept = await serials(network);
  for (const node of place.nodes) expect([node.name, await servedSerial(node)]).toEqual([node.name, kept[node.name]?.[1]]);
}

describe("renewing with the same keys", () => {
  const net = "same";
  beforeAll(async () => {
    await harness.create("consortium", net, { change: wider("raft", 3) });
  });

  it("renews every node and user, restarts the nodes, and proves the network", async () => {
    const [before, had] = [await serials(net), await keys(net)];
    const input = await harness.services.renewal(net, { withinDays: 10_000 });
    expect(input.members.map(({ name }) => name).toSorted()).toEqual(Object.keys(before).toSorted());
    const { id, result } = await harness.succeed("certificates.renew", input, net);
    const after = await serials(net);
    for (const [name, [signing, tls]] of Object.entries(before)) {
      expect([name, after[name]?.includes(signing), after[name]?.includes(tls)]).toEqual([name, false, false]);
    }
    expect(await keys(net)).toEqual(had);
    await expectServed(net);
    expect(result).toMatchObject({ newKeys: false, proof: { channels: [{ channel: "main" }, { channel: "second" }] } });
    const { steps } = await harness.engine.get(id);
    expect(steps.map(({ name }) => name)).toEqual([
      "issue:Orderer",
      "issue:Org1",
      "issue:Org2",
      "ensure",
      "node:peer0.org1.example.com",
      "node:peer0.org2.example.com",
      "order",
      ...[1, 2, 3].flatMap((turn) => [`consenter:${turn}:main`, `consenter:${turn}:second`, `orderer:${turn}`]),
      "proof",
    ]);
    const calendar = await harness.services.certificates(net);
    // What the channels state is what the orderers have.
    expect(calendar.certificates.filter(({ superseded }) => superseded)).toHaveLength(0);
  });

  it("keeps nothing of what was replaced", async () => {
    for (const name of ORGANIZATIONS) expect(await harness.world.keys.get(net, `replaced/${name}`)).toBe("");
  });

  it("renews only those that are named, and restarts no other node", async () => {
    const before = await serials(net);
    const input = await harness.services.renewal(net, { organizations: ["Org1"], names: ["Admin", "peer0.org1.example.com"] });
    expect(input.members.map(({ name }) => name)).toEqual(["peer0.org1.example.com", "Admin@org1.example.com"]);
    await harness.succeed("certificates.renew", input, net);
    const after = await serials(net);
    const changed = Object.keys(before).filter((name) => after[name]?.[0] !== before[name]?.[0]);
    expect(changed).toEqual(["peer0.org1.example.com", "Admin@org1.example.com"]);
    await expectServed(net);
  });

  it.each([
    ["OPERATION_NOTHING_TO_RENEW", {}],
    ["OPERATION_ORGANIZATION_UNKNOWN", { organizations: ["Org9"] }],
    ["OPERATION_MEMBER_UNKNOWN", { names: ["nobody"] }],
    ["OPERATION_MEMBER_UNKNOWN", { organizations: ["Org1"], names: ["peer0.org2.example.com"] }],
  ])("is refused with %s", async (code, request) => {
    await expect(harness.services.renewal(net, request)).rejects.toMatchObject({ code });
  });

  it("is undone when it is cancelled: every node is what it was", async () => {
    const before = await serials(net);
    const input = await harness.services.renewal(net, { withinDays: 10_000 });
    let fails = true;
    harness.hooks.beforeRestart = (names) => {
      if (fails && names.includes("orderer1.example.com")) throw new Error("the node does not start");
    };
    const failed = await harness.run("certificates.renew", input, net);
    expect([failed.state, failureOf(failed).step]).toEqual(["failed", expect.stringMatching(/^orderer:/)]);
    fails = false;
    await harness.engine.cancel(failed.id);
    const over = await harness.engine.wait(failed.id);
    expect(over.state).toBe("cancelled");
    delete harness.hooks.beforeRestart;
    expect(await serials(net)).toEqual(before);
    await expectServed(net);
    await harness.succeed("network.prove", {}, net);
  });

  it("goes on after a failure when it is retried", async () => {
    const input = await harness.services.renewal(net, { withinDays: 10_000 });
    harness.hooks.beforeRestart = (names) => {
      if (names.includes("peer0.org2.example.com")) throw new Error("the node does not start");
    };
    const failed = await harness.run("certificates.renew", input, net);
    expect(failed.state).toBe("failed");
    delete harness.hooks.beforeRestart;
    await harness.engine.retry(failed.id);
    expect((await harness.engine.wait(failed.id)).state).toBe("succeeded");
    await expectServed(net);
  });
});

it("leaves the channels of a single orderer alone, whose certificates are of the same key", async () => {
  const net = "single";
  await harness.create("solo", net);
  const { id } = await harness.succeed("certificates.renew", await harness.services.renewal(net, { withinDays: 10_000 }), net);
  const { steps } = await harness.engine.get(id);
  expect(steps.map(({ name }) => name)).toEqual([
    "issue:Orderer",
    "issue:Org1",
    "ensure",
    "node:peer0.org1.example.com",
    "order",
    "orderer:1",
    "proof",
  ]);
  const { certificates } = await harness.services.certificates(net);
  const replaced = certificates.filter(({ superseded }) => superseded);
  expect(replaced.map(({ owner, purpose }) => `${owner} ${purpose}`)).toEqual(["orderer0.example.com tls"]);
});

describe("renewing what has expired", () => {
  it("renews all of a network whose nodes nobody can reach any more", async () => {
    const net = "late";
    await harness.create("consortium", net);
    const { place, runtime } = await harness.world.network(net);
    const ends = new Date(Date.now() + 3000);
    for (const name of ORGANIZATIONS) {
      const material = await materialOf(net, name);
      const names = new Set([...material.nodes, ...material.users].map((member) => member.name));
      const short = await renewMembers(material, names, { notAfter: ends });
      await harness.world.keys.put(net, organizationSecret(name), JSON.stringify(short));
    }
    const materials = new Map(await Promise.all(ORGANIZATIONS.map(async (name) => [name, await materialOf(net, name)] as const)));
    await runtime.deliver(place, nodeFiles(place, materials));
    await runtime.restartNodes(
      place,
      place.nodes.map(({ name }) => name),
    );
    await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(ends.getTime() + 1000);
    harness.world.forget(net);
    // Nobody reaches the nodes.
    await expect(harness.evaluate(net, "tiny", "get", "a")).rejects.toMatchObject({ code: "FABRIC_UNREACHABLE" });
    const input = await harness.services.renewal(net, {});
    expect(input).toMatchObject({ expired: true });
    await harness.succeed("certificates.renew", input, net);
    await expectServed(net);
  });
});

describe("renewing with new keys", () => {
  it.each([
    ["raft", 3],
    ["bft", 4],
  ] as const)("lets the channels of %s know their orderers anew", async (type, count) => {
    const net = `keys-${type}`;
    await harness.create("consortium", net, { change: wider(type, count) });
    const had = await keys(net);
    const input = await harness.services.renewal(net, { withinDays: 10_000, newKeys: true });
    await harness.succeed("certificates.renew", input, net);
    const has = await keys(net);
    for (const [name, key] of Object.entries(had)) expect([name, has[name] === key]).toEqual([name, false]);
    await expectServed(net);
    const { certificates } = await harness.services.certificates(net);
    const consenters = certificates.filter(({ uses }) => uses.some(({ as }) => as === "consenter-server-tls"));
    // What the channels state is what the orderers have: nothing is left of the earlier ones.
    expect(consenters).toHaveLength(count);
    expect(consenters.every(({ uses }) => uses.some(({ as }) => as === "serves-tls"))).toBe(true);
  });

  it("is refused where Raft has too few orderers, but not for peers", async () => {
    const net = "few";
    await harness.create("consortium", net);
    const all = await harness.services.renewal(net, { withinDays: 10_000, newKeys: true });
    await expect(harness.engine.submit("certificates.renew", all, { network: net })).rejects.toMatchObject({
      code: "OPERATION_RENEWAL_NEEDS_ORDERERS",
    });
    const peers = await harness.services.renewal(net, { names: ["peer0.org1.example.com"], newKeys: true });
    await harness.succeed("certificates.renew", peers, net);
    await expectServed(net);
  });
});

it("is refused where the authority ends soon", async () => {
  const net = "ends";
  await harness.create("solo", net);
  const material = await materialOf(net, "Org1");
  const notAfter = new Date(Date.now() + 20 * DAY);
  const { certificatePem, privateKeyPem } = await createCertificateAuthority({ commonName: "ca", organization: "org1", notAfter });
  const input = await harness.services.renewal(net, { withinDays: 10_000 });
  await harness.world.keys.put(
    net,
    organizationSecret("Org1"),
    JSON.stringify({ ...material, ca: { name: "ca", certificatePem, privateKeyPem } }),
  );
  await expect(harness.engine.submit("certificates.renew", input, { network: net })).rejects.toMatchObject({
    code: "OPERATION_AUTHORITY_ENDS",
  });
  await harness.world.keys.put(net, organizationSecret("Org1"), JSON.stringify(material));
});
