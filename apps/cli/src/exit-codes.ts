/** Exit codes of the command, as its help documents them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unreachable: 4,
  interrupted: 130,
} as const;

/** The table of exit codes for `heddle --help`. */
export const exitCodesHelp = `
Exit codes:
  0    done
  1    the operation failed, or the server refused it
  2    wrong usage or input; nothing was changed
  3    what was named does not exist
  4    no server answers
  130  interrupted; an operation that was begun goes on`;
