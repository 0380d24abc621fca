/** The nonce of the page's content security policy, for the styles that are made at run time. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}

/** Gives the nonce to what locks the page's scrolling below a dialog too: it asks for this variable (package get-nonce). */
export function shareNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
