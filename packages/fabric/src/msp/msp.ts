import { createHash } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import type { SignatureDigest } from "../crypto/keys.ts";
import { fabricErrors } from "../errors.ts";
import { msp } from "../wire.ts";
import { EXTENSION, isEcdsaSignature, type ParsedCertificate } from "../x509/parsed.ts";
import { isSelfSigned, readCertificate, withLowS } from "./certificate.ts";
import { uniqueChain, type TrustedAuthorities } from "./chain.ts";
import { IdentityError } from "./errors.ts";
import { createIdentity, type Identity, type IdentityRules } from "./identity.ts";
import { readNodeOus, RequiredUnits, type NodeOus } from "./node-ous.ts";
import { satisfiesPrincipal } from "./principals.ts";
import { parseRevocationList, type RevocationList } from "./revocation.ts";

/** Settings that come from the channel rather than from the MSP's own configuration. */
export interface MspOptions {
  /** Fabric's MSP version 3, from channel capability V3_0, takes Ed25519 keys. */
  readonly allowEd25519?: boolean;
}

const SIGNATURE_DIGESTS: ReadonlyMap<string, SignatureDigest> = new Map([
  ["", "sha256"],
  ["SHA2", "sha256"],
  ["SHA3", "sha3-256"],
]);
const IDENTIFIER_HASHES: ReadonlyMap<string, string> = new Map([
  ["", "sha256"],
  ["SHA256", "sha256"],
  ["SHA384", "sha384"],
  ["SHA3_256", "sha3-256"],
  ["SHA3_384", "sha3-384"],
]);

/** One organisation's membership rules, from the channel configuration (Fabric: msp/mspimpl.go, as of MSP version 1.4.3). */
export class Msp implements IdentityRules {
  readonly mspId: string;
  readonly digest: SignatureDigest;
  readonly #trusted: TrustedAuthorities;
  /** Authorities that have others below them, in hex: Fabric lets only the lowest ones issue identities. */
  readonly #inner: ReadonlySet<string>;
  readonly #identifierHash: string;
  readonly #admins: readonly ParsedCertificate[];
  readonly #nodeOus: NodeOus | undefined;
  readonly #required: RequiredUnits;
  readonly #revocations: readonly RevocationList[];
  readonly #allowEd25519: boolean;

  private constructor(config: msp.FabricMSPConfig, options: MspOptions) {
    this.mspId = config.name;
    this.#allowEd25519 = options.allowEd25519 ?? false;
    this.digest = lookUp(SIGNATURE_DIGESTS, config.cryptoConfig?.signatureHashFamily, "signature hash family");
    this.#identifierHash = lookUp(IDENTIFIER_HASHES, config.cryptoConfig?.identityIdentifierHashFunction, "identity hash");
    const given = { roots: readAll(config.rootCerts), intermediates: readAll(config.intermediateCerts) };
    const sanitized = (certificate: ParsedCertificate): ParsedCertificate => sanitize(certificate, given);
    this.#trusted = { roots: given.roots.map(sanitized), intermediates: given.intermediates.map(sanitized) };
    this.#revocations = config.revocationList.map(parseRevocationList);
    this.#inner = this.#checkAuthorities();
    checkTlsAuthorities(config);
    const certifiersIdOf = (pem: Uint8Array): Buffer => this.#certifiersIdOfAuthority(readCertificate(pem));
    this.#required = new RequiredUnits(config.organizationalUnitIdentifiers, certifiersIdOf);
    this.#nodeOus = readNodeOus(config.fabricNodeOus, certifiersIdOf);
    this.#admins = config.admins.map((pem) => sanitize(readCertificate(pem), this.#trusted));
    this.#checkAdmins();
  }

  /** Builds the rules of a Fabric MSP. Throws `FABRIC_CONFIG_INVALID` for other kinds and for what Fabric would not set up. */
  static fromConfig(config: msp.MSPConfig, options: MspOptions = {}): Msp {
    if (config.type !== 0) throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason: `MSP type ${config.type} is not supported` });
    try {
      const inner = fromBinary(msp.FabricMSPConfigSchema, config.config);
      if (inner.name === "") throw new IdentityError("the MSP has an empty MSP ID");
      if (inner.rootCerts.length === 0) throw new IdentityError("expected at least one CA certificate");
      return new Msp(inner, options);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason: `MSP: ${reason}` }, { cause });
    }
  }

  /**
   * Reads a member's certificate. As in Fabric, one that was signed with ECDSA has to have its chain
   * already here, since its low-S form depends on its issuer. Throws {@link IdentityError}.
   */
  readIdentity(idBytes: Uint8Array, serialized: Uint8Array): Identity {
    return createIdentity(sanitize(readCertificate(idBytes), this.#trusted), serialized, this);
  }

  /** A member's id: hex of a hash over its certificate. */
  identify(certificate: ParsedCertificate): string {
    return createHash(this.#identifierHash).update(certificate.der).digest("hex");
  }

  /** Why the MSP does not vouch for a certificate; undefined when it does (Fabric: msp/mspimplvalidate.go). */
  verdict(certificate: ParsedCertificate): IdentityError | undefined {
    try {
      this.#requireKeyKind(certificate);
      const chain = prefixed("could not obtain certification chain", () => this.#chainOf(certificate));
      prefixed("could not validate identity against certification chain", () => this.#requireNotRevoked(certificate, chain));
      prefixed("could not validate identity's OUs", () => {
        const certifiersId = this.#certifiersId(chain.slice(1));
        this.#required.require(certificate, certifiersId);
        this.#nodeOus?.requireOneRole(certificate, certifiersId);
      });
      return undefined;
    } catch (error) {
      return error instanceof IdentityError ? error : new IdentityError(String(error), { cause: error });
    }
  }

  /** Whether a certificate is what a principal names; `isValid` gives the verdict where that matters. Throws for a principal that cannot be read. */
  satisfies(certificate: ParsedCertificate, principal: msp.MSPPrincipal, isValid: () => boolean): boolean {
    const subject = {
      mspId: this.mspId,
      isValid,
      isListedAdmin: () => this.#admins.some((admin) => admin.der.equals(certificate.der)),
      hasRole: (role: Parameters<NodeOus["hasRole"]>[1]) => this.#nodeOus?.hasRole(certificate, role) === true,
      hasUnit: (name: string, certifiersId: Uint8Array) =>
        certificate.organizationalUnits.includes(name) && this.#certifiersId(this.#chainOf(certificate).slice(1)).equals(certifiersId),
      isCertificate: (serialized: Uint8Array) => this.#certificateOf(serialized).equals(certificate.der),
    };
    return satisfiesPrincipal(subject, principal);
  }

  /** An identity's chain to a root: it is no CA itself, and its issuer has no other CA below it. Throws {@link IdentityError}. */
  #chainOf(certificate: ParsedCertificate): ParsedCertificate[] {
    if (certificate.basicConstraints?.ca === true)
      throw new IdentityError("An X509 certificate with Basic Constraint: Certificate Authority equals true cannot be used as an identity");
    const chain = prefixed("failed getting validation chain", () => uniqueChain(certificate, this.#trusted));
    const issuer = chain[1];
    if (issuer === undefined) throw new IdentityError("expected a chain of length at least 2, got 1");
    this.#requireLowest(issuer);
    return chain;
  }

  #requireLowest(authority: ParsedCertificate): void {
    if (this.#inner.has(authority.der.toString("hex")))
      throw new IdentityError("invalid validation chain. Parent certificate should be a leaf of the certification tree");
  }

  /** ECDSA, and Ed25519 where the channel allows it. */
  #requireKeyKind({ publicKey }: ParsedCertificate): void {
    const kind = publicKey.asymmetricKeyType;
    if (kind === "ec" || (kind === "ed25519" && this.#allowEd25519)) return;
    throw new IdentityError(`could not validate identity's public key algorithm: ${kind ?? "unknown"} is not supported`);
  }

  #requireNotRevoked(certificate: ParsedCertificate, chain: readonly ParsedCertificate[]): void {
    const issuer = chain[1];
    if (issuer !== undefined && this.#revocations.some((list) => list.revokes(certificate, issuer)))
      throw new IdentityError("The certificate has been revoked");
  }

  /** Hash over a chain of authorities: what tells apart units of the same name (msp/mspimpl.go). */
  #certifiersId(authorities: readonly ParsedCertificate[]): Buffer {
    const hash = createHash(this.#identifierHash);
    for (const { der } of authorities) hash.update(der);
    return hash.digest();
  }

  #certifiersIdOfAuthority(certificate: ParsedCertificate): Buffer {
    const authority = sanitize(certificate, this.#trusted);
    const isSame = ({ der }: ParsedCertificate): boolean => der.equals(authority.der);
    if (this.#trusted.roots.some(isSame)) return this.#certifiersId([authority]);
    if (!this.#trusted.intermediates.some(isSame))
      throw new IdentityError("Failed adding OU. Certificate not in root or intermediate certs.");
    this.#requireLowest(authority);
    return this.#certifiersId(uniqueChain(authority, this.#trusted));
  }

  /** The certificate of a member of this MSP by its serialized identity. */
  #certificateOf(serialized: Uint8Array): Buffer {
    const { mspid, idBytes } = fromBinary(msp.SerializedIdentitySchema, serialized);
    if (mspid !== this.mspId) throw new IdentityError(`expected MSP ID ${this.mspId}, received ${mspid}`);
    return sanitize(readCertificate(idBytes), this.#trusted).der;
  }

  /** Checks the authorities (msp/mspimplsetup.go, finalizeSetupCAs); those that have others below them. */
  #checkAuthorities(): Set<string> {
    const inner = new Set<string>();
    for (const authority of [...this.#trusted.roots, ...this.#trusted.intermediates]) {
      requireAuthority(authority);
      const chain = prefixed(`CA Certificate is not valid, (SN: ${authority.serialNumber})`, () => uniqueChain(authority, this.#trusted));
      if (chain.length > 1) this.#requireNotRevoked(authority, chain);
    }
    for (const intermediate of this.#trusted.intermediates) {
      for (const { der } of uniqueChain(intermediate, this.#trusted).slice(1)) inner.add(der.toString("hex"));
    }
    return inner;
  }

  /** Fabric: msp/mspimplsetup.go, setupAdminsV142 and postSetupV142. */
  #checkAdmins(): void {
    if (this.#admins.length === 0 && this.#nodeOus?.defines("admin") !== true)
      throw new IdentityError("administrators must be declared when no admin ou classification is set");
    for (const [index, admin] of this.#admins.entries()) {
      const nodeOus = this.#nodeOus;
      const valid =
        nodeOus === undefined ? this.verdict(admin) === undefined : nodeOus.hasRole(admin, "client") || nodeOus.hasRole(admin, "admin");
      if (!valid) throw new IdentityError(`admin ${index} is invalid`);
    }
  }
}

function lookUp<Value>(table: ReadonlyMap<string, Value>, name = "", what: string): Value {
  const value = table.get(name);
  if (value === undefined) throw new IdentityError(`the ${what} ${name} is not recognized`);
  return value;
}

/** Certificates, each once: Go's pools hold no duplicates, so that they make no second chain. */
function readAll(pems: readonly Uint8Array[]): ParsedCertificate[] {
  return [...new Map(pems.map(readCertificate).map((one) => [one.der.toString("latin1"), one])).values()];
}

function prefixed<Value>(what: string, run: () => Value): Value {
  try {
    return run();
  } catch (cause) {
    throw new IdentityError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Fabric: msp/mspimpl.go, sanitizeCert. Throws {@link IdentityError} when the certificate has no chain. */
function sanitize(certificate: ParsedCertificate, trusted: TrustedAuthorities): ParsedCertificate {
  if (!isEcdsaSignature(certificate.signatureAlgorithm)) return certificate;
  if (isSelfSigned(certificate)) return withLowS(certificate, certificate);
  const issuer = uniqueChain(certificate, trusted)[1];
  if (issuer === undefined)
    throw new IdentityError("failed to traverse certificate verification chain for leaf or intermediate certificate");
  return withLowS(certificate, issuer);
}

function requireAuthority(certificate: ParsedCertificate): void {
  const serial = certificate.serialNumber;
  if (certificate.basicConstraints?.ca !== true) throw new IdentityError(`CA Certificate did not have the CA attribute, (SN: ${serial})`);
  if (certificate.subjectKeyId === undefined)
    throw new IdentityError(
      `CA Certificate problem with Subject Key Identifier extension, (SN: ${serial}): subjectKeyIdentifier not found in certificate`,
    );
  // Go would hold the names below such a CA against its constraints; a network with them is refused rather than misjudged.
  if (certificate.extensions.has(EXTENSION.nameConstraints))
    throw new IdentityError(`CA certificates with name constraints are not supported, (SN: ${serial})`);
}

function checkTlsAuthorities(config: msp.FabricMSPConfig): void {
  const roots = readAll(config.tlsRootCerts);
  const intermediates = readAll(config.tlsIntermediateCerts);
  for (const authority of [...roots, ...intermediates]) {
    requireAuthority(authority);
    prefixed(`CA Certificate is not valid, (SN: ${authority.serialNumber})`, () => uniqueChain(authority, { roots, intermediates }));
  }
}
