// Calls of the fixture whose number of arguments is open: the contract API wants a fixed number, so lists travel as JSON.

type Call = string[];

/** Writes values: key, value, key, value. */
export function put(...pairs: string[]): Call {
  return ["put", JSON.stringify(pairs)];
}

/** Deletes keys. */
export function remove(...keys: string[]): Call {
  return ["remove", JSON.stringify(keys)];
}

/** Writes a composite key. */
export function composite(type: string, ...attributes: string[]): Call {
  return ["composite", type, JSON.stringify(attributes)];
}

/** Calls another chaincode, `name` or `name/channel`. */
export function call(target: string, args: Call): Call {
  return ["call", target, JSON.stringify(args)];
}

/** Sets the policy of a key. */
export function setKeyPolicy(key: string, role: "MEMBER" | "PEER", ...mspIds: string[]): Call {
  return ["setKeyPolicy", key, role, JSON.stringify(mspIds)];
}

/** Writes a key and sets its policy. */
export function putWithKeyPolicy(key: string, value: string, role: "MEMBER" | "PEER", ...mspIds: string[]): Call {
  return ["putWithKeyPolicy", key, value, role, JSON.stringify(mspIds)];
}

/** Sets the policy of a private key. */
export function privateSetPolicy(collection: string, key: string, role: "MEMBER" | "PEER", ...mspIds: string[]): Call {
  return ["privateSetPolicy", collection, key, role, JSON.stringify(mspIds)];
}
