import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { renewMembers } from "@heddle/fabric";
import { presetNetwork } from "@heddle/network";
import { EmbeddedRuntime } from "@heddle/runtimes";
import { localMasterKey, openKeyStore, openStore, type KeyStore, type Store } from "@heddle/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { warnedSetting, warnOfCertificates } from "../../src/certificates/warnings.ts";
import { World } from "../../src/index.ts";
import { organizationSecret } from "../../src/network/identities.ts";
import { createMaterials } from "../../src/network/material.ts";
import { certificateExpiries, listCertificates } from "../../src/services/certificate-list.ts";

const DAY = 24 * 60 * 60 * 1000;
const NETWORK = "trade";
const PEER = "peer0.org1.example.com";
const now = new Date();
const file = presetNetwork("consortium", { name: NETWORK });
const materials = await createMaterials(file);

let home: string;
let store: Store;
let keys: KeyStore;
let world: World;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), "heddle-certificates-"));
  store = await openStore({ url: `sqlite:${path.join(home, "heddle.db")}` });
  keys = openKeyStore(store, await localMasterKey(path.join(home, "master.key")));
  world = new World({ store, keys, runtimes: new Map(), scenarios: home, backups: home });
  await store.networks.insert({ name: NETWORK, spec: file, runtime: "embedded", state: "ready" });
});
afterEach(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

/** Keeps the network's identities, those of the peer with an end in so many days. */
async function keep(days: number): Promise<void> {
  const notAfter = new Date(now.getTime() + days * DAY);
  const kept = await Promise.all(materials.map((material) => renewMembers(material, new Set([PEER]), { notAfter })));
  await keys.putAll(NETWORK, new Map(kept.map((material) => [organizationSecret(material.name), JSON.stringify(material)])));
}

const events = async () => (await store.events.after(0, { network: NETWORK })).filter(({ type }) => type === "certificate.expiring");

describe("warnings of certificates", () => {
  it("come once for each, thirty days before", async () => {
    await keep(31);
    expect(await warnOfCertificates(world, NETWORK, now)).toEqual([]);
    expect(await warnOfCertificates(world, NETWORK, new Date(now.getTime() + 2 * DAY))).toMatchObject([
      { owner: PEER, purpose: "enrolment", state: "expiring" },
      { owner: PEER, purpose: "tls", state: "expiring" },
    ]);
    expect(await warnOfCertificates(world, NETWORK, new Date(now.getTime() + 3 * DAY))).toEqual([]);
    expect(await warnOfCertificates(world, NETWORK, new Date(now.getTime() + 40 * DAY))).toEqual([]);
    expect(await events()).toHaveLength(1);
  });

  it("come again for what was renewed and expires again, and nothing is kept between", async () => {
    await keep(10);
    expect(await warnOfCertificates(world, NETWORK, now)).toHaveLength(2);
    await keep(300);
    expect(await warnOfCertificates(world, NETWORK, now)).toEqual([]);
    expect(await store.settings.get(warnedSetting(NETWORK))).toBeUndefined();
    await keep(20);
    expect(await warnOfCertificates(world, NETWORK, now)).toHaveLength(2);
    expect(await events()).toHaveLength(2);
  });

  it("leave nothing behind for a network that is being deleted", async () => {
    await keep(10);
    await store.networks.update(NETWORK, { state: "deleting" });
    expect(await warnOfCertificates(world, NETWORK, now)).toEqual([]);
    expect(await store.settings.get(warnedSetting(NETWORK))).toBeUndefined();
    expect(await events()).toEqual([]);
  });

  it("are none for a network whose identities are yet to be made", async () => {
    expect(await warnOfCertificates(world, NETWORK, now)).toEqual([]);
  });
});

describe("the certificates of a network without nodes", () => {
  it("are those in the key store, and no channel is read", async () => {
    world = new World({
      store,
      keys,
      runtimes: new Map([["embedded", new EmbeddedRuntime({ home })]]),
      scenarios: home,
      backups: home,
    });
    await keep(10);
    const { certificates, unread } = await listCertificates(world, NETWORK);
    expect(unread).toEqual(["main"]);
    expect(certificates.slice(0, 2).map(({ owner, daysLeft }) => [owner, daysLeft])).toEqual([
      [PEER, 9],
      [PEER, 9],
    ]);
    expect(await certificateExpiries(world)).toHaveLength(certificates.length);
  });
});
