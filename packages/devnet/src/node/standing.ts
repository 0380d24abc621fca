import { X509Certificate } from "node:crypto";
import { channelCertificates, consenterAddresses, type ChannelBundle } from "@heddle/fabric";

/** What tells an orderer among a channel's consenters. */
interface Self {
  /** `host:port` as the configuration names it. */
  readonly address: string;
  /** PEM. */
  readonly tlsCertificate: string;
}

/**
 * Whether an orderer is among the consenters of a channel's configuration, looked up once for each: by the key of its TLS
 * certificate (Fabric: orderer/consensus/etcdraft/util.go, IsConsenterOfChannel), or by its address, so that one
 * whose key is being changed goes on.
 */
export class Standing {
  readonly #address: string;
  readonly #key: Buffer;
  readonly #known = new WeakMap<ChannelBundle, boolean>();

  constructor({ address, tlsCertificate }: Self) {
    this.#address = address;
    this.#key = publicKeyOf(tlsCertificate);
  }

  isConsenter(bundle: ChannelBundle): boolean {
    const known = this.#known.get(bundle);
    if (known !== undefined) return known;
    const is = consenterAddresses(bundle.config).includes(this.#address) || this.#isCertified(bundle);
    this.#known.set(bundle, is);
    return is;
  }

  #isCertified(bundle: ChannelBundle): boolean {
    const tls = channelCertificates(bundle.config).filter(({ use }) => use === "consenter-client-tls" || use === "consenter-server-tls");
    return tls.some(({ certificatePem }) => publicKeyOf(certificatePem).equals(this.#key));
  }
}

/** Empty for what is no certificate: a configuration may name anything. */
function publicKeyOf(pem: string): Buffer {
  try {
    return new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
  } catch {
    return Buffer.alloc(0);
  }
}
