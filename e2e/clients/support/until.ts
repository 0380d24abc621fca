/** Tries again until `attempt` does not throw; what it gives. Throws its last error after `seconds`. */
export async function until<Result>(what: string, attempt: () => Promise<Result> | Result, seconds = 20): Promise<Result> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`not in time: ${what}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
