import { once } from "node:events";
import { connect } from "node:net";
import { connect as secure } from "node:tls";
import { createCertificateAuthority } from "@heddle/fabric";
import { expect, it } from "vitest";
import { Listener } from "../src/front/listener.ts";

it("closes while somebody is in the middle of a handshake", async () => {
  const ca = await createCertificateAuthority({ commonName: "ca", organization: "org" });
  const { certificatePem, privateKeyPem } = await ca.issue({ commonName: "peer0", role: "peer", usage: "tls", hosts: ["localhost"] });
  const tls = { certificate: certificatePem, privateKey: privateKeyPem, roots: [ca.certificatePem] };
  const listener = await Listener.open({ host: "127.0.0.1", port: 0 }, tls, []);
  const { port } = listener;
  const silent = connect(port, "127.0.0.1");
  silent.on("error", () => undefined);
  await once(silent, "connect");
  // The next connection is answered after the silent one was accepted.
  const talking = secure({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  talking.on("error", () => undefined);
  await once(talking, "secureConnect");
  const gone = once(silent, "close");
  await listener.close();
  await gone;
  const late = connect(port, "127.0.0.1");
  await expect(once(late, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
