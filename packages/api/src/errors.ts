import { defineErrors } from "@heddle/network";

/** Errors of the API's edge and of its client. Errors of the packages below pass through with their own codes. */
export const apiErrors = defineErrors({
  API_UNAUTHORIZED: {
    status: 401,
    message: "The request carries neither a session nor a valid token.",
    next: "Log in; a one-time link comes from: heddle login. Programs send the token of HEDDLE_HOME/server.json as: Authorization: Bearer TOKEN",
  },
  API_FORBIDDEN: {
    status: 403,
    message: "This needs the permission {permission}.",
    next: "Ask the owner of this server for it.",
  },
  API_HOST_REFUSED: {
    status: 403,
    message: "The server does not answer to the name {host}.",
    next: "Use the address in HEDDLE_HOME/server.json.",
  },
  API_ORIGIN_REFUSED: {
    status: 403,
    message: "The request was not sent by this server's own pages: {reason}",
    next: "Use the console at its own address; programs send a token instead of a cookie.",
  },
  API_METHOD_REFUSED: {
    status: 405,
    message: "{path} does not know {method}.",
    next: "Use one of: {allowed}",
  },
  API_ROUTE_NOT_FOUND: {
    status: 404,
    message: "There is no {method} {path}.",
    next: "See /api/v1/openapi.json for what there is.",
  },
  API_PARAMS_INVALID: {
    status: 400,
    message: "A part of the path is wrong.",
    next: "Mend what the problems name.",
  },
  API_QUERY_INVALID: {
    status: 400,
    message: "The query is wrong.",
    next: "Mend what the problems name.",
  },
  API_BODY_INVALID: {
    status: 422,
    message: "The body is wrong.",
    next: "Mend what the problems name; /api/v1/openapi.json describes it.",
  },
  API_BODY_UNREADABLE: {
    status: 400,
    message: "The body is not JSON: {reason}",
    next: "Send one JSON value in UTF-8.",
  },
  API_BODY_TOO_LARGE: {
    status: 413,
    message: "The body is larger than {limit} bytes.",
    next: "Send less at a time.",
  },
  API_MEDIA_TYPE_REFUSED: {
    status: 415,
    message: "The body is not of the type application/json.",
    next: "Send Content-Type: application/json.",
  },
  API_HEADERS_TOO_LARGE: {
    status: 431,
    message: "The address with its headers is larger than {limit} bytes.",
    next: "Send less in the query and the headers.",
  },
  API_REQUEST_TIMEOUT: {
    status: 408,
    message: "The request did not arrive in time.",
    next: "Send it again, on a connection that keeps up.",
  },
  API_REQUEST_INVALID: {
    status: 400,
    message: "The request is not understood: {reason}",
    next: "Check the address and the headers.",
  },
  API_INTERNAL: {
    status: 500,
    message: "The server failed to answer (request {request}).",
    next: "Look for the request in the server's log and report it as a bug.",
  },
  API_CLOSING: {
    status: 503,
    message: "The server is closing.",
    next: "Try again when it is back.",
  },
  API_UNREACHABLE: {
    status: 503,
    message: "No Heddle server answers at {url}: {reason}",
    next: "Start one with: heddle serve",
  },
  API_RESPONSE_INVALID: {
    status: 502,
    message: "The answer of {url} is not understood: {reason}",
    next: "Check that the client and the server are of the same version.",
  },
});
