import { defineErrors } from "@heddle/network";

/** Errors of the console's build; the server works without it. */
export const consoleErrors = defineErrors({
  CONSOLE_NOT_BUILT: {
    status: 503,
    message: "The console is not built: {reason}",
    next: "Build it with: npm run build -w apps/console",
  },
  CONSOLE_BUILD_FAILED: {
    status: 503,
    message: "The console could not be built: {reason}",
    next: "Mend what is named, then run: heddle up. The command line works without the console.",
  },
});
