import { defineErrors } from "@heddle/network";

/** Errors of starting and stopping the server. */
export const serverErrors = defineErrors({
  SERVER_ALREADY_RUNNING: {
    status: 409,
    message: "A Heddle server already runs on {home}{where}.",
    next: "Use that one, or set HEDDLE_HOME to another folder.",
  },
  SERVER_ADDRESS_REFUSED: {
    status: 422,
    message: "The server does not listen on {host} without TLS: others on the network could read passwords and sessions.",
    next: "Give --tls-cert and --tls-key, or listen on 127.0.0.1 and reach it through a tunnel such as: ssh -L 7460:127.0.0.1:7460 HOST",
  },
  SERVER_TLS_INVALID: {
    status: 422,
    message: "The certificate {cert} with the key {key} cannot be served: {reason}",
    next: "Give a certificate chain that is valid now and the key that belongs to it, both in PEM.",
  },
  SERVER_PORT_TAKEN: {
    status: 409,
    message: "Port {port} of {host} is taken by another program.",
    next: "Choose another with --port, or 0 for any that is free.",
  },
  SERVER_HOME_UNUSABLE: {
    status: 422,
    message: "The folder {home} cannot be used: {reason}",
    next: "Make it writable for you, or set HEDDLE_HOME to another folder.",
  },
});
