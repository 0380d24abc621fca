import {
  presetNetwork,
  type NetworkChaincode,
  type NetworkChannel,
  type NetworkFile,
  type NetworkOrganization,
  type PresetName,
} from "@heddle/network";

type Spec = NetworkFile["spec"];

/** A preset under any name, right or not: the name is checked with the rest. */
export function presetFile(preset: PresetName, name: string): NetworkFile {
  return withName(presetNetwork(preset, { name: "draft" }), name);
}

/** The file under another name. */
export function withName(file: NetworkFile, name: string): NetworkFile {
  return { ...file, metadata: { ...file.metadata, name } };
}

/** The file with parts of its spec replaced. */
export function withSpec(file: NetworkFile, change: Partial<Spec>): NetworkFile {
  return { ...file, spec: { ...file.spec, ...change } };
}

/** Blocks of a native network in the wizard: soon, as somebody who tries a network wants them. */
const NATIVE_TIMEOUT = "200ms";

/** The file on another runtime; what exists on one of them only follows: instant blocks and ledgers in memory. */
export function onRuntime(file: NetworkFile, runtime: Spec["runtime"]): NetworkFile {
  const { ordering, storage } = file.spec;
  const before = ordering.batch.timeout;
  const isNative = runtime !== "embedded";
  let timeout = before;
  if (isNative && before === "instant") timeout = NATIVE_TIMEOUT;
  if (!isNative && before === NATIVE_TIMEOUT) timeout = "instant";
  const batch = { ...ordering.batch, timeout };
  return withSpec(file, { runtime, ordering: { ...ordering, batch }, storage: isNative ? "kept" : storage });
}

/** A list with one entry changed. */
export function replaceAt<Value>(list: readonly Value[], index: number, change: (value: Value) => Value): Value[] {
  return list.map((value, at) => (at === index ? change(value) : value));
}

/** The first of PREFIX1, PREFIX2... that is free. */
export function freeName(prefix: string, taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

/** A name for a network that none has yet: NAME, NAME-2, NAME-3... */
export function freeNetworkName(preset: string, taken: readonly string[]): string {
  if (!taken.includes(preset)) return preset;
  let number = 2;
  while (taken.includes(`${preset}-${number}`)) number += 1;
  return `${preset}-${number}`;
}

function derived(name: string): Pick<NetworkOrganization, "mspId" | "domain"> {
  return { mspId: `${name}MSP`, domain: `${name.toLowerCase()}.example.com` };
}

/** Renames an organisation. What was derived from the old name follows, and so does every channel it is on. */
export function renameOrganization(file: NetworkFile, index: number, name: string): NetworkFile {
  const old = file.spec.organizations[index];
  if (old === undefined) return file;
  const before = derived(old.name);
  const after = derived(name);
  const rename = (one: string): string => (one === old.name ? name : one);
  return withSpec(file, {
    organizations: replaceAt(file.spec.organizations, index, (organization) => ({
      ...organization,
      name,
      mspId: organization.mspId === before.mspId ? after.mspId : organization.mspId,
      domain: organization.domain === before.domain ? after.domain : organization.domain,
    })),
    channels: file.spec.channels.map((channel) => ({
      ...channel,
      members: channel.members.map(rename),
      observers: channel.observers.map(rename),
      ...(channel.anchorPeers === undefined
        ? {}
        : { anchorPeers: channel.anchorPeers.map((anchor) => ({ ...anchor, organization: rename(anchor.organization) })) }),
    })),
  });
}

/** Adds an organisation with one peer, as a member of the first channel. */
export function addOrganization(file: NetworkFile): NetworkFile {
  const name = freeName(
    "Org",
    file.spec.organizations.map((one) => one.name),
  );
  const organization: NetworkOrganization = { name, ...derived(name), role: "member", peers: [{ name: "peer0" }], users: ["app"] };
  return withSpec(file, {
    organizations: [...file.spec.organizations, organization],
    channels: replaceAt(file.spec.channels, 0, (channel) => ({ ...channel, members: [...channel.members, name] })),
  });
}

/** Takes an organisation out, and off every channel. */
export function removeOrganization(file: NetworkFile, index: number): NetworkFile {
  const gone = file.spec.organizations[index]?.name;
  const others = (names: readonly string[]): string[] => names.filter((name) => name !== gone);
  return withSpec(file, {
    organizations: file.spec.organizations.filter((_one, at) => at !== index),
    channels: file.spec.channels.map(({ anchorPeers, ...channel }) => ({
      ...channel,
      members: others(channel.members),
      observers: others(channel.observers),
      ...(anchorPeers === undefined ? {} : { anchorPeers: anchorPeers.filter(({ organization }) => organization !== gone) }),
    })),
  });
}

/** Makes an organisation a member or an observer, on its channels too. */
export function setRole(file: NetworkFile, index: number, role: NetworkOrganization["role"]): NetworkFile {
  const name = file.spec.organizations[index]?.name;
  if (name === undefined) return file;
  const move = (channel: NetworkChannel): NetworkChannel => {
    if (!channel.members.includes(name) && !channel.observers.includes(name)) return channel;
    const others = (names: readonly string[]): string[] => names.filter((one) => one !== name);
    const members = role === "member" ? [...others(channel.members), name] : others(channel.members);
    const observers = role === "observer" ? [...others(channel.observers), name] : others(channel.observers);
    return { ...channel, members, observers };
  };
  return withSpec(file, {
    organizations: replaceAt(file.spec.organizations, index, (organization) => ({ ...organization, role })),
    channels: file.spec.channels.map(move),
  });
}

/** PREFIX0 to PREFIX(count - 1), keeping the names that are there. */
export function resize(nodes: readonly { readonly name: string }[], prefix: string, count: number): { name: string }[] {
  return Array.from({ length: Math.max(0, count) }, (_none, index) => ({ name: nodes[index]?.name ?? `${prefix}${index}` }));
}

/** Changes how the orderers agree, with as many of them as that needs. */
export function setConsensus(file: NetworkFile, type: "raft" | "bft"): NetworkFile {
  const { ordering, channels, fabricVersion } = file.spec;
  const count = type === "bft" ? Math.max(4, ordering.consenters.length) : ordering.type === "bft" ? 1 : ordering.consenters.length;
  return withSpec(file, {
    fabricVersion: type === "bft" && fabricVersion === "2.5" ? "3.1" : fabricVersion,
    ordering: { ...ordering, type, consenters: resize(ordering.consenters, "orderer", count) },
    channels: channels.map((channel) => ({
      ...channel,
      capabilities: { ...channel.capabilities, channel: type === "bft" ? "V3_0" : "V2_0" },
    })),
  });
}

/** Adds a channel with every organisation on it. */
export function addChannel(file: NetworkFile): NetworkFile {
  const name = freeName(
    "channel",
    file.spec.channels.map((one) => one.name),
  );
  const of = (role: NetworkOrganization["role"]): string[] =>
    file.spec.organizations.filter((one) => one.role === role).map((one) => one.name);
  const channel: NetworkChannel = {
    name,
    members: of("member"),
    observers: of("observer"),
    policies: {},
    capabilities: { application: "V2_5", orderer: "V2_0", channel: file.spec.ordering.type === "bft" ? "V3_0" : "V2_0" },
  };
  return withSpec(file, { channels: [...file.spec.channels, channel] });
}

/** Renames a channel, for its chaincodes too. */
export function renameChannel(file: NetworkFile, index: number, name: string): NetworkFile {
  const old = file.spec.channels[index]?.name;
  return withSpec(file, {
    channels: replaceAt(file.spec.channels, index, (channel) => ({ ...channel, name })),
    chaincodes: file.spec.chaincodes.map((one) => (one.channel === old ? { ...one, channel: name } : one)),
  });
}

/** Takes a channel out, with its chaincodes. */
export function removeChannel(file: NetworkFile, index: number): NetworkFile {
  const gone = file.spec.channels[index]?.name;
  return withSpec(file, {
    channels: file.spec.channels.filter((_one, at) => at !== index),
    chaincodes: file.spec.chaincodes.filter(({ channel }) => channel !== gone),
  });
}

/** Adds the ready example, on the first channel. */
export function addChaincode(file: NetworkFile): NetworkFile {
  const taken = file.spec.chaincodes.map(({ name }) => name);
  const chaincode: NetworkChaincode = {
    name: taken.includes("food-tracing") ? freeName("contract", taken) : "food-tracing",
    channel: file.spec.channels[0]?.name ?? "",
    version: "1.0",
    source: { scenario: "food-tracing" },
    language: "typescript",
    initRequired: false,
  };
  return withSpec(file, { chaincodes: [...file.spec.chaincodes, chaincode] });
}
