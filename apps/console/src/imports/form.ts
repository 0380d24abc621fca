import type { ImportBody } from "@heddle/api";

/** What a network can be imported from. */
export type SourceKind = ImportBody["source"]["kind"];

/** An identity as it is typed. */
export interface TypedIdentity {
  readonly id: number;
  readonly mspId: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** The form as it is filled in. It holds keys: it lives as long as its page, and nowhere else. */
export interface ImportForm {
  readonly kind: SourceKind;
  readonly name: string;
  readonly local: boolean;
  readonly files: readonly { readonly path: string; readonly content: string }[] | undefined;
  readonly profile: string;
  readonly identities: readonly TypedIdentity[];
  readonly components: string;
}

/** A form with nothing in it. */
export const emptyForm: ImportForm = {
  kind: "test-network",
  name: "",
  local: false,
  files: undefined,
  profile: "",
  identities: [{ id: 1, mspId: "", certificate: "", privateKey: "" }],
  components: "",
};

/** What the server is sent; undefined until all is there. */
export function bodyOf(form: ImportForm): ImportBody | undefined {
  const source = sourceOf(form);
  if (form.name === "" || source === undefined) return undefined;
  return { name: form.name, source, ...(form.local ? { asLocalhost: true } : {}) };
}

function sourceOf({ kind, files = [], profile, identities, components }: ImportForm): ImportBody["source"] | undefined {
  if (kind === "test-network") return files.length === 0 ? undefined : { kind, files: [...files] };
  if (kind === "microfab") return components.trim() === "" ? undefined : { kind, components };
  const complete = identities.every(({ certificate, privateKey }) => certificate.trim() !== "" && privateKey.trim() !== "");
  if (profile.trim() === "" || identities.length === 0 || !complete) return undefined;
  return {
    kind,
    profile,
    identities: identities.map(({ mspId, certificate, privateKey }) => ({
      certificate,
      privateKey,
      ...(mspId.trim() === "" ? {} : { mspId: mspId.trim() }),
    })),
  };
}
