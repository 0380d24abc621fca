import type { Sample } from "./prometheus-text.ts";

/** Upper bounds in seconds; those that Fabric's own histograms have (Prometheus' defaults). */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts durations in buckets, as a Prometheus histogram. */
export class Durations {
  readonly #counts = BOUNDS.map(() => 0);
  #count = 0;
  #sum = 0;

  /** Notes one duration, in seconds. */
  note(seconds: number): void {
    this.#count += 1;
    this.#sum += seconds;
    const index = BOUNDS.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** Buckets are cumulative, as the format wants them. */
  samples(labels: Readonly<Record<string, string>>): Sample[] {
    if (this.#count === 0) return [];
    let below = 0;
    const buckets = BOUNDS.map((bound, index): Sample => {
      below += this.#counts[index] ?? 0;
      return { suffix: "_bucket", labels: { ...labels, le: String(bound) }, value: below };
    });
    return [
      ...buckets,
      { suffix: "_bucket", labels: { ...labels, le: "+Inf" }, value: this.#count },
      { suffix: "_sum", labels, value: this.#sum },
      { suffix: "_count", labels, value: this.#count },
    ];
  }
}
