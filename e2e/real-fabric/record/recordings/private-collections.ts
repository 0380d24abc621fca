import { create } from "@bufbuild/protobuf";
import { parseSignaturePolicy } from "@heddle/fabric";
import { peer } from "@heddle/fabric/wire";
import { privateSetPolicy, put } from "../../support/calls.ts";
import type { Recording } from "../recording.ts";

const ONLY_1 = { by: [1] } as const;
const ONLY_2 = { by: [2] } as const;

function collection(name: string, policy: string, options: { blockToLive?: bigint; endorsement?: string } = {}): peer.CollectionConfig {
  return create(peer.CollectionConfigSchema, {
    payload: {
      case: "staticCollectionConfig",
      value: {
        name,
        memberOrgsPolicy: { payload: { case: "signaturePolicy", value: parseSignaturePolicy(policy) } },
        requiredPeerCount: 0,
        maximumPeerCount: 1,
        blockToLive: options.blockToLive ?? 0n,
        ...(options.endorsement === undefined
          ? {}
          : { endorsementPolicy: { Type: { case: "signaturePolicy", value: parseSignaturePolicy(options.endorsement) } } }),
      },
    },
  });
}

const both = "OR('Org1MSP.member', 'Org2MSP.member')";
const collections = create(peer.CollectionConfigPackageSchema, {
  config: [
    collection("shared", both),
    collection("own", "OR('Org1MSP.member')"),
    collection("brief", both, { blockToLive: 3n }),
    collection("guarded", both, { endorsement: "OR('Org1MSP.peer')" }),
  ],
});

const value = (text: string) => ({ transient: { value: Buffer.from(text) } });

/** Private data in all its forms. */
export const privateCollections: Recording = {
  name: "private-collections",
  about:
    "Private data: a collection of both organisations, one of a single organisation, one that expires after three blocks, one with an endorsement policy of its own, implicit collections; conflicts, deletion, purge and expiry.",
  privateData: true,
  notReplayed: {
    from: "has read what expires meanwhile",
    because: "a collection's blockToLive, by which hashes vanish from the state, and what depends on it",
  },
  async run(session) {
    const { client } = session;
    const id = await client.install("ledger_1");
    await client.define({ name: "ledger", version: "1", sequence: 1, collections }, id);
    await session.submit("into the shared collection", "ledger", ["privatePut", "shared", "a"], value("secret a"));
    await session.submit("into one organisation's collection", "ledger", ["privatePut", "own", "a"], { ...value("own a"), ...ONLY_1 });
    await session.submit("into the collection that expires", "ledger", ["privatePut", "brief", "a"], value("brief a"));
    await session.submit("another one", "ledger", ["privatePut", "brief", "b"], value("brief b"));
    await session.submit("into the guarded collection, as its policy allows", "ledger", ["privatePut", "guarded", "a"], {
      ...value("g"),
      ...ONLY_1,
    });
    await session.submit("into the guarded collection, against its policy", "ledger", ["privatePut", "guarded", "a"], {
      ...value("h"),
      ...ONLY_2,
    });
    await session.submit("into the shared collection, by one", "ledger", ["privatePut", "shared", "b"], { ...value("b"), ...ONLY_1 });
    await session.submit("into the implicit collection of organisation 1", "ledger", ["privatePut", "_implicit_org_Org1MSP", "a"], {
      ...value("implicit"),
      ...ONLY_1,
    });
    await session.submit(
      "into the implicit collection of organisation 1, by organisation 2",
      "ledger",
      ["privatePut", "_implicit_org_Org1MSP", "b"],
      {
        ...value("implicit"),
        ...ONLY_2,
      },
    );
    await session.submit("reads hash and value", "ledger", ["privateCheck", "shared", "a", "checked"]);
    await session.submit("reads a hash", "ledger", ["privateHash", "own", "a"]);
    await session.together(
      ["changes a private value", "ledger", ["privatePut", "shared", "a"], value("secret a 2")],
      ["has read its hash", "ledger", ["privateCheck", "shared", "a", "checked"]],
      ["has read another hash", "ledger", ["privateCheck", "shared", "never", "checked"]],
    );
    await session.submit("renews what expires", "ledger", ["privatePut", "brief", "b"], value("brief b 2"));
    const stale = await client.endorse({ chaincode: "ledger", args: ["privateCheck", "brief", "b", "expired"] });
    session.label(stale.txId, "has read what expires meanwhile");
    for (const round of [1, 2, 3, 4, 5]) await session.submit(`a block that passes (${round})`, "ledger", put("clock", String(round)));
    await client.order(await client.envelope(stale));
    await client.outcome(stale.txId);
    await session.submit("finds what has expired absent", "ledger", ["privateCheck", "brief", "b", "checked"]);
    await session.submit("writes it anew", "ledger", ["privatePut", "brief", "b"], value("brief b 3"));
    await session.submit("deletes", "ledger", ["privateRemove", "shared", "a"]);
    await session.submit("finds it absent", "ledger", ["privateCheck", "shared", "a", "checked"]);
    await session.submit("writes what will be purged", "ledger", ["privatePut", "shared", "p"], value("p 1"));
    await session.submit("writes it again", "ledger", ["privatePut", "shared", "p"], value("p 2"));
    await session.submit("purges", "ledger", ["privatePurge", "shared", "p"]);
    await session.submit("finds it absent after the purge", "ledger", ["privateCheck", "shared", "p", "checked"]);
    await session.submit("purges what is not there", "ledger", ["privatePurge", "shared", "p"]);
    await session.submit("writes it after the purge", "ledger", ["privatePut", "shared", "p"], value("p 3"));
    await session.together(
      ["purges", "ledger", ["privatePurge", "shared", "p"]],
      ["writes in the same block", "ledger", ["privatePut", "shared", "p"], value("p 4")],
    );
    await session.submit("a policy for a private key", "ledger", privateSetPolicy("shared", "p", "MEMBER", "Org1MSP"));
    await session.submit("changed by organisation 1 alone, as the key allows", "ledger", ["privatePut", "shared", "p"], {
      ...value("p 5"),
      ...ONLY_1,
    });
    await session.submit("changed by organisation 2 alone, as it does not", "ledger", ["privatePut", "shared", "p"], {
      ...value("p 6"),
      ...ONLY_2,
    });
    const later = create(peer.CollectionConfigPackageSchema, { config: [...collections.config, collection("late", both)] });
    await client.define({ name: "ledger", version: "2", sequence: 2, collections: later }, id);
    await session.submit("into a collection that came with an upgrade", "ledger", ["privatePut", "late", "a"], value("late"));
  },
};
