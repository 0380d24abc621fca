import type { Endorser } from "../endorser/endorser.ts";
import { Durations } from "./durations.ts";
import type { Metric } from "./prometheus-text.ts";

/** What a peer's endorser does, in numbers (Fabric: core/endorser/metrics.go, without labels that would need the proposal read twice). */
export class EndorserMetrics {
  #received = 0;
  #refused = 0;
  readonly #successful = new Durations();
  readonly #failed = new Durations();
  #successes = 0;
  #failures = 0;

  /** The same endorser, counted. */
  observe(endorser: Endorser): Endorser {
    return {
      process: async (signed) => {
        this.#received += 1;
        const began = performance.now();
        const outcome = await endorser.process(signed);
        const seconds = (performance.now() - began) / 1000;
        const status = outcome.response?.response?.status ?? 500;
        if (outcome.error !== undefined) this.#refused += 1;
        else if (status < 400) {
          this.#successes += 1;
          this.#successful.note(seconds);
        } else {
          this.#failures += 1;
          this.#failed.note(seconds);
        }
        return outcome;
      },
    };
  }

  metrics(): Metric[] {
    const counter = (name: string, help: string, value: number): Metric => ({ name, help, type: "counter", samples: [{ value }] });
    return [
      counter("endorser_proposals_received", "The number of proposals received.", this.#received),
      counter("endorser_proposal_validation_failures", "The number of proposals that have failed initial validation.", this.#refused),
      counter("endorser_successful_proposals", "The number of successful proposals.", this.#successes),
      counter("endorser_endorsement_failures", "The number of proposals whose simulation or endorsement failed.", this.#failures),
      {
        name: "endorser_proposal_duration",
        help: "The time to complete a proposal, in seconds.",
        type: "histogram",
        samples: [...this.#successful.samples({ success: "true" }), ...this.#failed.samples({ success: "false" })],
      },
    ];
  }
}
