/** What a deletion removed, as the operation tells. */
export interface Receipt {
  readonly network: string;
  readonly removed: readonly { readonly kind: string; readonly id: string; readonly detail: string }[];
  readonly left: number;
}
