import { defineErrors } from "@heddle/network";

/** Errors of the store and of the key store. */
export const storeErrors = defineErrors({
  STORE_URL_INVALID: {
    status: 422,
    message: "The store's address is not understood: {url}",
    next: "Use sqlite:FILE or postgres://user@host/database.",
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: "The store cannot be opened: {reason}",
    next: "Check that the file's folder is writable, or that PostgreSQL is running and the address is right.",
  },
  STORE_TOO_NEW: {
    status: 409,
    message: "The store was written by a newer Heddle (schema {found}, this one knows {known}).",
    next: "Use the newer Heddle, or restore a backup made before the upgrade.",
  },
  STORE_NETWORK_EXISTS: {
    status: 409,
    message: "A network called {name} exists already.",
    next: "Choose another name, or delete it with: heddle network delete {name}",
  },
  STORE_NETWORK_NOT_FOUND: {
    status: 404,
    message: "There is no network called {name}.",
    next: "See the networks there are with: heddle network list",
  },
  STORE_NETWORK_BUSY: {
    status: 409,
    message: "Network {name} is being changed by another operation.",
    next: "Wait for it or cancel it: heddle operations list",
  },
  STORE_OPERATION_NOT_FOUND: {
    status: 404,
    message: "There is no operation {id}.",
    next: "See the operations there are with: heddle operations list",
  },
  STORE_INDEX_MOVED: {
    status: 409,
    message: "The index of a channel was continued by another server.",
    next: "Nothing to do: this server goes on from where the other is.",
  },
  STORE_LEASE_LOST: {
    status: 409,
    message: "Operation {id} is now carried out by another server.",
    next: "Nothing to do: the other server finishes it.",
  },
  STORE_SECRET_NOT_FOUND: {
    status: 404,
    message: "Network {network} has no key called {name}.",
    next: "Check the organisation and the user; export shows those there are.",
  },
  STORE_SECRET_DAMAGED: {
    status: 500,
    message: "The sealed key {name} of network {network} cannot be opened.",
    next: "Restore the store and the master key from the same backup.",
  },
  STORE_MASTER_KEY_MISMATCH: {
    status: 500,
    message: "The keys of network {network} were sealed under another master key ({expected}, not {actual}).",
    next: "Put back the master key that belongs to this store.",
  },
  STORE_MASTER_KEY_EXPOSED: {
    status: 500,
    message: "The master key {file} can be read by others (mode {mode}).",
    next: "Run: chmod 600 {file}",
  },
  STORE_MASTER_KEY_INVALID: {
    status: 500,
    message: "{file} is not a master key of Heddle.",
    next: "Put back the file from a backup; without it the sealed keys of this store are lost.",
  },
});
