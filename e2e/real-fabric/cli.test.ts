// Fabric's own command line, unmodified, on a network that `heddle network create` has made.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { common } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, startService, type ChaincodeProcess } from "../../packages/devnet/test/support/chaincode.ts";
import { fixtureFolder } from "./support/client.ts";
import { Heddle } from "./support/heddle.ts";
import { fabricTool, skipped, whyNoFabric } from "./support/tools.ts";

const reason = whyNoFabric(["peer", "osnadmin", "configtxlator"]);
const NETWORK = "tools";
const CHANNEL = "main";

describe.skipIf(reason !== undefined)(`Fabric's own tools on a network of Heddle${skipped(reason)}`, () => {
  let folder: string;
  let heddle: Heddle;
  let programs: string;
  const services: ChaincodeProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "heddle-cli-"));
    programs = path.dirname(fabricTool("peer"));
    heddle = new Heddle();
    await heddle.createNetwork(NETWORK);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await heddle[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a script prints on its standard output, run as an administrator of an organisation. */
  const as = async (organization: string, script: string): Promise<string> => {
    const { code, stdout, stderr } = await heddle.shell(NETWORK, organization, programs, script, folder);
    if (code !== 0) throw new Error(`${script}\nended with ${code}:\n${stderr}\n${stdout}`);
    return stdout;
  };
  /** What a script that has to fail says. */
  const refused = async (organization: string, script: string): Promise<string> => {
    const { code, stdout, stderr } = await heddle.shell(NETWORK, organization, programs, script, folder);
    expect(code).not.toBe(0);
    return stdout + stderr;
  };
  const read = (name: string): Buffer => readFileSync(path.join(folder, name));
  const blockNumber = (name: string): bigint | undefined => fromBinary(common.BlockSchema, read(name)).header?.number;
  const height = async (organization = "Org1"): Promise<number> => {
    const printed = await as(organization, `peer channel getinfo -c ${CHANNEL}`);
    return (JSON.parse(printed.slice(printed.indexOf("{"))) as { height: number }).height;
  };

  const ORDERER = `-o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA"`;
  const OSN = `-o "$ORDERER_ADMIN_ADDRESS" --ca-file "$ORDERER_CA" --client-cert "$ORDERER_ADMIN_TLS_SIGN_CERT" --client-key "$ORDERER_ADMIN_TLS_PRIVATE_KEY"`;

  it("knows the peer's channels and their height", async () => {
    expect(await as("Org1", "peer channel list")).toContain(`Channels peers has joined: \n${CHANNEL}`);
    expect(await as("Org2", "peer channel list")).toContain(CHANNEL);
    // The channel's first block and the proof that the network works.
    expect(await height()).toBe(2);
    expect(await height("Org2")).toBe(2);
  });

  it("fetches blocks from the orderer and from the peer", async () => {
    for (const [from, flags] of [
      ["orderer", ORDERER],
      ["peer", ""],
    ] as const) {
      for (const which of ["newest", "oldest", "config", "1"])
        await as("Org1", `peer channel fetch ${which} ${from}-${which}.block -c ${CHANNEL} ${flags}`);
      expect([`newest`, `oldest`, `config`, `1`].map((which) => blockNumber(`${from}-${which}.block`))).toEqual([1n, 0n, 0n, 1n]);
    }
    // The peer's copy has its verdicts in it, the rest is the orderer's.
    const [ordered, committed] = ["orderer-1.block", "peer-1.block"].map((name) => fromBinary(common.BlockSchema, read(name)));
    expect(committed?.header).toEqual(ordered?.header);
    expect(committed?.data).toEqual(ordered?.data);
    expect(committed?.metadata?.metadata[2]?.join()).toBe("0");
    expect(await refused("Org1", `peer channel fetch 99 none.block -c ${CHANNEL}`)).toContain("NOT_FOUND");
  });

  it("lists, leaves and joins channels of the orderer", async () => {
    expect(await as("Org1", `osnadmin channel list ${OSN}`)).toMatch(/^Status: 200\n.*"name": "main"/s);
    const one = await as("Org1", `osnadmin channel list --channelID ${CHANNEL} ${OSN} --no-status`);
    expect(JSON.parse(one)).toEqual({
      name: CHANNEL,
      url: `/participation/v1/channels/${CHANNEL}`,
      consensusRelation: "consenter",
      status: "active",
      height: 2,
    });
    expect(await as("Org1", `osnadmin channel list --channelID nowhere ${OSN}`)).toContain("Status: 404");
    await as("Org1", `osnadmin channel fetch --channelID ${CHANNEL} --blockID config --outputfile genesis.block ${OSN}`);
    expect(read("genesis.block").equals(read("orderer-oldest.block"))).toBe(true);
    const again = await as("Org1", `osnadmin channel join --channelID ${CHANNEL} --config-block genesis.block ${OSN}`);
    expect(again).toMatch(/^Status: 405\n.*cannot join: channel already exists/s);
    expect(await as("Org1", `osnadmin channel remove --channelID nowhere ${OSN}`)).toContain("Status: 404");
  });

  it("packages, installs, approves and commits a chaincode that runs as a service", async () => {
    const port = await freePort();
    mkdirSync(path.join(folder, "package"));
    writeFileSync(
      path.join(folder, "package", "connection.json"),
      JSON.stringify({ address: `127.0.0.1:${port}`, dial_timeout: "10s", tls_required: false }),
    );
    writeFileSync(path.join(folder, "package", "metadata.json"), JSON.stringify({ type: "ccaas", label: "ledger_1" }));
    // As Fabric's documentation packages it, with tar.
    await as("Org1", "cd package && tar czf code.tar.gz connection.json && tar czf ../ledger.tar.gz metadata.json code.tar.gz");
    const id = (await as("Org1", "peer lifecycle chaincode calculatepackageid ledger.tar.gz")).trim();
    expect(id).toBe(`ledger_1:${createHash("sha256").update(read("ledger.tar.gz")).digest("hex")}`);
    services.push(await startService(fixtureFolder, id, port));
    for (const organization of ["Org1", "Org2"]) {
      await as(organization, "peer lifecycle chaincode install ledger.tar.gz");
      expect(await as(organization, "peer lifecycle chaincode queryinstalled")).toContain(`Package ID: ${id}, Label: ledger_1`);
    }
    expect(await refused("Org1", "peer lifecycle chaincode install ledger.tar.gz")).toContain(
      `chaincode already successfully installed (package ID '${id}')`,
    );
    await as("Org1", `peer lifecycle chaincode getinstalledpackage --package-id ${id} --output-directory . && mv ${id}.tar.gz got.tar.gz`);
    expect(read("got.tar.gz").equals(read("ledger.tar.gz"))).toBe(true);

    const definition = `-C ${CHANNEL} --name ledger --version 1.0 --sequence 1`;
    const ready = (): Promise<string> => as("Org2", `peer lifecycle chaincode checkcommitreadiness ${definition} --output json`);
    expect(JSON.parse(await ready())).toEqual({ approvals: { Org1MSP: false, Org2MSP: false } });
    await as("Org1", `peer lifecycle chaincode approveformyorg ${ORDERER} ${definition} --package-id ${id} --waitForEvent`);
    expect(JSON.parse(await ready())).toEqual({ approvals: { Org1MSP: true, Org2MSP: false } });
    expect(await refused("Org1", `peer lifecycle chaincode commit ${ORDERER} ${definition} $PEER_CONN_PARMS`)).toContain(
      "chaincode definition not agreed to by this org (Org2MSP)",
    );
    await as("Org2", `peer lifecycle chaincode approveformyorg ${ORDERER} ${definition} --package-id ${id} --waitForEvent`);
    expect(JSON.parse(await ready())).toEqual({ approvals: { Org1MSP: true, Org2MSP: true } });
    await as("Org1", `peer lifecycle chaincode commit ${ORDERER} ${definition} $PEER_CONN_PARMS --waitForEvent`);
    for (const organization of ["Org1", "Org2"]) {
      const committed = await as(organization, `peer lifecycle chaincode querycommitted -C ${CHANNEL} --name ledger`);
      expect(committed).toContain("Version: 1.0, Sequence: 1, Endorsement Plugin: escc, Validation Plugin: vscc");
      expect(committed).toContain("Approvals: [Org1MSP: true, Org2MSP: true]");
    }
    expect(await as("Org1", `peer lifecycle chaincode querycommitted -C ${CHANNEL}`)).toContain("Name: ledger, Version: 1.0, Sequence: 1");
    expect(await as("Org1", `peer lifecycle chaincode queryapproved -C ${CHANNEL} --name ledger`)).toContain(
      `sequence: 1, version: 1.0, init-required: false, package-id: ${id}`,
    );
    expect(await as("Org1", "peer lifecycle chaincode queryinstalled --output json")).toContain('"name": "ledger"');
    expect(await refused("Org1", `peer lifecycle chaincode commit ${ORDERER} ${definition} $PEER_CONN_PARMS`)).toContain(
      "requested sequence is 1, but new definition must be sequence 2",
    );
  });

  it("invokes with both organisations' endorsements, waits for the commit and queries", async () => {
    const before = await height();
    const invoke = (args: string, peers = "$PEER_CONN_PARMS"): string =>
      `peer chaincode invoke ${ORDERER} -C ${CHANNEL} -n ledger -c '${args}' ${peers} --waitForEvent`;
    const { code, stderr } = await heddle.shell(NETWORK, "Org1", programs, invoke('{"Args":["add","n","5"]}'), folder);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/Chaincode invoke successful. result: status:200 payload:"5"/) as string,
    });
    expect(stderr.match(/committed with status \(VALID\)/g)).toHaveLength(2);
    expect(await height("Org2")).toBe(before + 1);
    for (const organization of ["Org1", "Org2"])
      expect(await as(organization, `peer chaincode query -C ${CHANNEL} -n ledger -c '{"Args":["get","n"]}'`)).toBe("5\n");
    expect(await refused("Org1", invoke('{"Args":["add","n","1"]}', ""))).toContain(
      "transaction invalidated with status (ENDORSEMENT_POLICY_FAILURE)",
    );
    expect(await refused("Org1", invoke('{"Args":["fail","no such lot"]}'))).toContain("no such lot");
    expect(await refused("Org1", invoke('{"Args":["differ"]}'))).toContain("ProposalResponsePayloads do not match");
    expect(await refused("Org1", `peer chaincode query -C ${CHANNEL} -n nobody -c '{"Args":["get","n"]}'`)).toContain(
      "make sure the chaincode nobody has been successfully defined on channel main and try again: chaincode nobody not found",
    );
  });

  describe("configuration updates that configtxlator computes", () => {
    /** The current configuration, as JSON. */
    const current = async (): Promise<unknown> => {
      await as(
        "Org1",
        `peer channel fetch config config.block -c ${CHANNEL} ${ORDERER}
        configtxlator proto_decode --type common.Block --input config.block --output block.json`,
      );
      const block = JSON.parse(read("block.json").toString()) as { data: { data: { payload: { data: { config: unknown } } }[] } };
      return block.data.data[0]?.payload.data.config;
    };
    /** Writes update.tx, which changes the part of the configuration at a path. */
    const propose = async (path_: string, change: (part: Record<string, unknown>) => void): Promise<void> => {
      const config = await current();
      writeFileSync(path.join(folder, "current.json"), JSON.stringify(config));
      change(path_.split("/").reduce((part, name) => part[name] as Record<string, unknown>, config as Record<string, unknown>));
      writeFileSync(path.join(folder, "wanted.json"), JSON.stringify(config));
      await as(
        "Org1",
        `for name in current wanted; do configtxlator proto_encode --type common.Config --input $name.json --output $name.pb; done
        configtxlator compute_update --channel_id ${CHANNEL} --original current.pb --updated wanted.pb --output update.pb
        configtxlator proto_decode --type common.ConfigUpdate --input update.pb --output update.json`,
      );
      const payload = {
        header: { channel_header: { channel_id: CHANNEL, type: 2 } },
        data: { config_update: JSON.parse(read("update.json").toString()) as unknown },
      };
      writeFileSync(path.join(folder, "envelope.json"), JSON.stringify({ payload }));
      await as("Org1", "configtxlator proto_encode --type common.Envelope --input envelope.json --output update.tx");
    };
    const UPDATE = `peer channel update -f update.tx -c ${CHANNEL} ${ORDERER}`;

    it("changes anchor peers as their organisation's administrator only", async () => {
      const before = await height();
      await propose("channel_group/groups/Application/groups/Org1/values/AnchorPeers/value", (value) => {
        (value["anchor_peers"] as unknown[]).push({ host: "peer1.org1.example.com", port: 7051 });
      });
      expect(await refused("Org2", UPDATE)).toContain("policy for [Value]  /Channel/Application/Org1/AnchorPeers not satisfied");
      expect(await height()).toBe(before);
      await as("Org1", UPDATE);
      expect(await height("Org2")).toBe(before + 1);
      expect(JSON.stringify(await current())).toContain("peer1.org1.example.com");
      expect(blockNumber("config.block")).toBe(BigInt(before));
    });

    it("changes the batch size as the orderers' administrator only, by the channel and by the administration port", async () => {
      const before = await height();
      const batchSize = "channel_group/groups/Orderer/values/BatchSize/value";
      await propose(batchSize, (size) => (size["max_message_count"] = 7));
      expect(await refused("Org1", UPDATE)).toContain("policy for [Value]  /Channel/Orderer/BatchSize not satisfied");
      await as("Orderer", `peer channel signconfigtx -f update.tx && ${UPDATE}`);
      expect(await height()).toBe(before + 1);
      expect(JSON.stringify(await current())).toContain('"max_message_count":7');
      await propose(batchSize, (size) => (size["max_message_count"] = 8));
      const update = `osnadmin channel update --channelID ${CHANNEL} --config-update-envelope update.tx ${OSN}`;
      expect(await as("Org1", `peer channel signconfigtx -f update.tx && ${update}`)).toMatch(/^Status: 400\n.*not satisfied/s);
      expect(await as("Orderer", `peer channel signconfigtx -f update.tx && ${update}`)).toMatch(/^Status: 201\n.*"name": "main"/s);
      expect(await height()).toBe(before + 2);
      expect(JSON.stringify(await current())).toContain('"max_message_count":8');
    });
  });

  it.skipIf(whyNoFabric(["configtxgen"]) !== undefined)(
    "starts a second channel with configtxgen, osnadmin and peer channel join, and takes it away again",
    async () => {
      const env = path.join(heddle.home, "networks", NETWORK, "env");
      const place = JSON.parse(readFileSync(path.join(heddle.home, "networks", NETWORK, "place.json"), "utf8")) as {
        directory: string;
        nodes: { kind: string; name: string; grpc: number }[];
      };
      const orderer = place.nodes.find(({ kind }) => kind === "orderer");
      if (orderer === undefined) throw new Error("the network has no orderer");
      const certificate = path.join(place.directory, "ordererOrganizations/example.com/orderers", orderer.name, "tls/server.crt");
      const rules = (names: Record<string, string>, Type: string): Record<string, unknown> =>
        Object.fromEntries(Object.entries(names).map(([name, Rule]) => [name, { Type, Rule }]));
      const organization = (name: string): Record<string, unknown> => ({
        Name: name,
        ID: `${name}MSP`,
        MSPDir: path.join(env, name, "msp"),
        Policies: rules(
          {
            Readers: `OR('${name}MSP.member')`,
            Writers: `OR('${name}MSP.member')`,
            Admins: `OR('${name}MSP.admin')`,
            Endorsement: `OR('${name}MSP.peer')`,
          },
          "Signature",
        ),
      });
      const meta = rules({ Readers: "ANY Readers", Writers: "ANY Writers", Admins: "MAJORITY Admins" }, "ImplicitMeta");
      const profile = {
        Policies: meta,
        Capabilities: { V2_0: true },
        Orderer: {
          OrdererType: "etcdraft",
          BatchTimeout: "200ms",
          BatchSize: { MaxMessageCount: 10, AbsoluteMaxBytes: "1 MB", PreferredMaxBytes: "512 KB" },
          EtcdRaft: { Consenters: [{ Host: "127.0.0.1", Port: orderer.grpc, ClientTLSCert: certificate, ServerTLSCert: certificate }] },
          Organizations: [{ ...organization("Orderer"), OrdererEndpoints: [`127.0.0.1:${orderer.grpc}`] }],
          Policies: { ...meta, ...rules({ BlockValidation: "ANY Writers" }, "ImplicitMeta") },
          Capabilities: { V2_0: true },
        },
        Application: {
          Organizations: [organization("Org1"), organization("Org2")],
          Policies: {
            ...meta,
            ...rules({ Endorsement: "MAJORITY Endorsement", LifecycleEndorsement: "MAJORITY Endorsement" }, "ImplicitMeta"),
          },
          Capabilities: { V2_5: true },
        },
      };
      writeFileSync(path.join(folder, "configtx.yaml"), JSON.stringify({ Profiles: { Second: profile } }));
      await as("Org1", `configtxgen -configPath . -profile Second -channelID second -outputBlock second.block`);
      expect(await as("Org1", `osnadmin channel join --channelID second --config-block second.block ${OSN}`)).toMatch(
        /^Status: 201\n.*"name": "second",.*"status": "active",\s+"height": 1/s,
      );
      for (const name of ["Org1", "Org2"]) await as(name, "peer channel join -b second.block");
      expect((await as("Org2", "peer channel list")).trim().split("\n").slice(1).toSorted()).toEqual(["main", "second"]);
      expect(await refused("Org1", "peer channel join -b second.block")).toContain("ledger [second] already exists with state [ACTIVE]");
      expect(await as("Org1", "peer channel getinfo -c second")).toContain('"height":1');
      expect(await as("Org1", `osnadmin channel remove --channelID second ${OSN}`)).toBe("Status: 204\n\n");
      expect(await as("Org1", `osnadmin channel list ${OSN}`)).not.toContain("second");
    },
  );
});
