/**
 * An identity that Fabric would refuse. The text follows Fabric's, since peers and
 * orderers pass it on to clients; it is not shown to people without context.
 */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
}
