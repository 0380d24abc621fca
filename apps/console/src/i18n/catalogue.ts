import type { en } from "./en/index.ts";

type Texts<Value> = { readonly [Key in keyof Value]: Value[Key] extends string ? string : Texts<Value[Key]> };

/** What every language has to say: the keys of English. A missing or a strange one does not compile. */
export type Catalogue = Texts<typeof en>;
