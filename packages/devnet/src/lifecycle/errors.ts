/** Something asked for does not exist; answered with status 404 instead of 500. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}
