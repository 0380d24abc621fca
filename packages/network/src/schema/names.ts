import { z } from "zod";

/** Longest common name an X.509 certificate may carry (RFC 5280, ub-common-name). */
export const MAX_COMMON_NAME = 64;

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Name of a network: it becomes a folder, a label and part of host names. */
export const networkName = z
  .string()
  .min(1)
  .max(40)
  .regex(DNS_LABEL, "must consist of lower-case letters, digits and inner hyphens")
  .describe("Name of the network: lower-case letters, digits and hyphens, at most 40 characters");

/** First label of a node's host name. */
export const nodeName = z
  .string()
  .min(1)
  .max(40)
  .regex(DNS_LABEL, "must consist of lower-case letters, digits and inner hyphens")
  .describe("First part of the node's host name, such as peer0");

/** Domain of an organisation; `tlsca.DOMAIN` has to fit a certificate's common name. */
export const domainName = z
  .string()
  .min(1)
  .max(MAX_COMMON_NAME - "tlsca.".length)
  .regex(DOMAIN, "must be a lower-case DNS name such as org1.example.com")
  .describe("DNS domain of the organisation; its nodes are called NAME.DOMAIN");

/** Name of an organisation: a key of the channel configuration (Fabric: common/configtx, allowed config identifiers). */
export const organizationName = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "must start with a letter and consist of letters, digits and hyphens")
  .describe("Name of the organisation, such as Org1");

/** MSP identifier; it becomes part of names of implicit collections. */
export const mspId = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "must start with a letter and consist of letters, digits and hyphens")
  .describe("MSP identifier of the organisation, such as Org1MSP");

/** Channel name (Fabric: common/configtx, ValidateChannelID). */
export const channelName = z
  .string()
  .min(1)
  .max(249)
  .regex(/^[a-z][a-z0-9.-]*$/, "must start with a lower-case letter and consist of lower-case letters, digits, dots and hyphens")
  .describe("Name of the channel");

/** Chaincode name (Fabric: core/chaincode/lifecycle, ChaincodeNameRegExp). */
export const chaincodeName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$/, "must consist of letters and digits, with single inner hyphens or underscores")
  .describe("Name of the chaincode on its channel");

/** Chaincode version (Fabric: core/chaincode/lifecycle, ChaincodeVersionRegExp). */
export const chaincodeVersion = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_.+-]+$/, "may hold letters, digits and _ . + - only")
  .describe("Version of the chaincode, such as 1.0");

/** Name of a user whose identity is issued with the network. */
export const userName = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "must start with a letter or digit and hold letters, digits and . _ - only")
  .describe("Name of a user of the organisation");
