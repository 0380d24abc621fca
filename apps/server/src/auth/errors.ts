import { defineErrors } from "@heddle/network";

/** Errors of accounts and of logging in. None tells whether it was the name or the password that was wrong. */
export const authErrors = defineErrors({
  AUTH_LOGIN_REFUSED: {
    status: 403,
    message: "The name or the password is wrong.",
    next: "Try again, or ask for a one-time login link: heddle login",
  },
  AUTH_LINK_REFUSED: {
    status: 403,
    message: "This login link is not valid: it was used, or it is older than ten minutes.",
    next: "Make a new one with: heddle login",
  },
  AUTH_THROTTLED: {
    status: 429,
    message: "There were too many attempts to log in.",
    next: "Wait {seconds} s and try again, or use a one-time login link: heddle login",
  },
  AUTH_NO_ACCOUNT: {
    status: 409,
    message: "The token of the server's own machine belongs to no account, so it has no password.",
    next: "Change an account's password with: heddle account passwd NAME",
  },
  AUTH_ACCOUNT_EXISTS: {
    status: 409,
    message: "There is an account called {account} already.",
    next: "Choose another name; upper and lower case count as the same.",
  },
  AUTH_ACCOUNT_NOT_FOUND: {
    status: 404,
    message: "There is no account called {account}.",
    next: "See the accounts there are with: heddle account list",
  },
  AUTH_LAST_OWNER: {
    status: 409,
    message: "{account} is the only owner.",
    next: "Make somebody else an owner first: heddle account role NAME owner",
  },
});
