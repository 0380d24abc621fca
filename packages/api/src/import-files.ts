/** What an import reads of a test network's folder. Keys of its nodes are not among it: Heddle does not run them. */
const WANTED = [
  /^(peer|orderer)Organizations\/[^/]+\/connection-[^/]+\.(json|yaml)$/,
  /\/msp\/tlscacerts\/[^/]+$/,
  /^(peer|orderer)Organizations\/[^/]+\/(ca|tlsca)\/[^/]+$/,
  /\/(peers|orderers)\/[^/]+\/tls\/ca\.crt$/,
  /\/users\/[^/]+\/msp\/(signcerts|keystore)\/[^/]+$/,
  /\/users\/[^/]+\/tls\/client\.(crt|key)$/,
];

/**
 * The path by which a file of a test network's folder is sent with an import: from `peerOrganizations` or
 * `ordererOrganizations` on. Undefined for one that is not needed, and is not to be sent.
 */
export function importFilePath(path: string): string | undefined {
  const [below] = /(?:peer|orderer)Organizations\/.+$/.exec(path.replaceAll("\\", "/")) ?? [];
  return below !== undefined && WANTED.some((pattern) => pattern.test(below)) ? below : undefined;
}
